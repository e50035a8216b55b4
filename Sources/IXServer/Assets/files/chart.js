// A chart on SVG: one line or two over a time axis, a table behind it, and a span to drag.
import { el, moment, Table } from './kit.js';

const [width, height] = [600, 110];
const spans = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400];
// The end of the axis: a round number above the highest point.
const roof = (most, isTime) => {
  if (most <= 0) return 1;
  if (isTime && most >= 1) return spans.find(one => one >= most) ?? Math.ceil(most / 86400) * 86400;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].find(one => one * power >= most) * power;
};

// points: [{at: ms, value, second}]; `onSpan(from, to)` is told of a dragged span.
export const chart = ({ title, unit, points, from, to, format, second, kind, isTime, onSpan }) => {
  const top = roof(Math.max(...points.map(one => Math.max(one.value ?? 0, one.second ?? 0)), 0), isTime);
  const x = at => (at - from) / (to - from) * width;
  const y = value => 2 + (1 - value / top) * (height - 4);
  const line = name => {
    let text = '', isDown = false;
    for (const [at, one] of points.entries()) {
      // A second line of zeros would lie on the first.
      const isQuiet = name === 'second' && ![points[at - 1], one, points[at + 1]].some(near => near?.second);
      if (one[name] === null || one[name] === undefined || isQuiet) { isDown = false; continue; }
      text += (isDown ? 'L' : 'M') + x(one.at).toFixed(1) + ' ' + y(one[name]).toFixed(1);
      // A point without neighbours is still to be seen.
      if (!isDown) text += 'h.1';
      isDown = true;
    }
    return text;
  };
  const marked = el('rect', { class: 'mark', y: 0, height, x: 0, width: 0 });
  const short = at => { const text = moment(new Date(at).toISOString()); return text.length > 8 ? text : text.slice(0, 5); };
  const last = points.findLast(one => one.value !== null && one.value !== undefined);
  const svg = el('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `${title}: highest ${format(Math.max(...points.map(one => one.value ?? 0), 0))}, last ${last ? format(last.value) : 'none'}` },
    [0, .5, 1].map(share => el('line', { class: 'axis', x1: 0, x2: width, y1: y(top * share), y2: y(top * share) })),
    marked, el('path', { class: kind, d: line('value') }), second && el('path', { class: 'e', d: line('second') }));
  let start = null;
  const place = event => { const box = svg.getBoundingClientRect(); return Math.max(0, Math.min(width, (event.clientX - box.left) / box.width * width)); };
  const moved = event => { const at = place(event); marked.setAttribute('x', Math.min(start, at)); marked.setAttribute('width', Math.abs(at - start)); };
  svg.addEventListener('pointerdown', event => { start = place(event); svg.setPointerCapture(event.pointerId); });
  svg.addEventListener('pointermove', event => { if (start !== null) moved(event); });
  svg.addEventListener('pointerup', event => {
    const [a, b] = [start, place(event)].sort((one, two) => one - two);
    start = null;
    marked.setAttribute('width', 0);
    const time = at => from + at / width * (to - from);
    if (b - a > 6) onSpan(time(a), time(b));
  });
  const table = el('details', {
    ontoggle() {
      if (table.querySelector('table')) return;
      const body = new Table(title, [{ head: 'time', value: one => moment(new Date(one.at).toISOString(), true) }, { head: unit, kind: 'n', value: one => one.value === null || one.value === undefined ? '–' : format(one.value) },
        ...(second ? [{ head: second, kind: 'n', value: one => format(one.second ?? 0) }] : [])], one => one.at, { empty: 'Nothing in this span.' });
      body.show(points.toReversed());
      table.append(body.node);
    },
  }, el('summary', {}, 'as a table'));
  return el('figure', {}, el('figcaption', {}, title, el('span', {}, last ? 'last ' + format(last.value) : '')), el('div', { class: 'plot' }, el('span', {}, format(top)), svg),
    el('div', { class: 'ends' }, el('span', {}, short(from)), el('span', {}, short(to))), table);
};
