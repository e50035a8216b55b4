// History: since when is it like this? Six charts over one time axis; a dragged span leads to its jobs.
import { api, count, el, now, problemBox, quantile, span, summed } from './kit.js';
import { live } from './live.js';
import { chart } from './chart.js';
import { address } from './ix.js';

const spans = { '1h': ['1 h', 3600e3, 60], '24h': ['24 h', 86400e3, 3600], '30d': ['30 d', 30 * 86400e3, 86400] };

// Sums of a bucket over use cases; levels add up as well, ages take the oldest.
const merged = (buckets, step, from, to) => {
  const by = new Map();
  for (const one of buckets) {
    const at = Date.parse(one.bucket);
    const sum = by.get(at) ?? { at, done: 0, error: 0, due: null, oldest: null, running: null, waits: [], runs: [] };
    by.set(at, sum);
    sum.done += one.done;
    sum.error += one.error;
    sum.waits = summed([sum.waits, one.waits]);
    sum.runs = summed([sum.runs, one.runs]);
    if (one.due_most !== null) sum.due = (sum.due ?? 0) + one.due_most;
    if (one.running_most !== null) sum.running = (sum.running ?? 0) + one.running_most;
    if (one.oldest_most !== null) sum.oldest = Math.max(sum.oldest ?? 0, one.oldest_most);
  }
  // Nothing is written while nothing happens: a missing bucket is a bucket without jobs.
  const list = [];
  const width = step * 1000;
  for (let at = Math.ceil(from / width) * width; at <= to; at += width) list.push(by.get(at) ?? { at, done: 0, error: 0, due: null, oldest: null, running: null, waits: [], runs: [] });
  return list;
};

export default async ({ params, set }) => {
  const charts = el('div', { class: 'charts' }), fault = el('div');
  const field = el('input', { size: 16, 'aria-label': 'use case', placeholder: 'every use case', spellcheck: 'false', list: 'cases', onchange: event => set({ use_case: event.target.value.trim() }) });
  const known = el('datalist', { id: 'cases' });
  const buttons = Object.entries(spans).map(([name, [text]]) => el('button', { 'data-span': name, onclick: () => set({ span: name }) }, text));
  let own = params;
  const read = async () => {
    const name = own.get('span') in spans ? own.get('span') : '1h', useCase = own.get('use_case') ?? '';
    field.value = useCase;
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.span === name));
    const [, length, step] = spans[name];
    const to = now(), from = to - length;
    const time = at => new Date(at).toISOString().slice(0, 19) + 'Z';
    const { buckets } = await api('history?' + new URLSearchParams({ step, from: time(from), ...(useCase ? { use_case: useCase } : {}) }), { age: 10 });
    if (!useCase) known.replaceChildren(...[...new Set(buckets.map(one => one.use_case))].map(value => el('option', { value })));
    const points = merged(buckets, step, from, to);
    const onSpan = (a, b) => { location.hash = address('jobs', { created_after: time(a), created_before: time(b), use_case: useCase }); };
    const one = (title, unit, value, format, kind, second, other) => chart({ title, unit, from, to, format, onSpan, kind, second, isTime: format === span, points: points.map(point => ({ at: point.at, value: value(point), second: other?.(point) })) });
    const per = { 60: 'a minute', 3600: 'an hour', 86400: 'a day' }[step];
    const open = new Set([...charts.querySelectorAll('details[open]')].map(node => node.closest('figure').querySelector('figcaption').firstChild.textContent));
    charts.replaceChildren(
      one(`Ended, ${per}`, 'done and error', point => point.done + point.error, count, undefined, 'errors', point => point.error), one(`Errors, ${per}`, 'errors', point => point.error, count, 'e'),
      one('Due, at most', 'due', point => point.due, count), one('Oldest due, at most', 'age', point => point.oldest, span),
      one('Wait, p95', 'wait', point => quantile('waits', point.waits, .95), span), one('Run, p95', 'run', point => quantile('runs', point.runs, .95), span));
    for (const figure of charts.children) if (open.has(figure.querySelector('figcaption').firstChild.textContent)) figure.querySelector('details').open = true;
  };
  const look = async () => { try { await read(); fault.replaceChildren(); } catch (problem) { fault.replaceChildren(problemBox(problem)); } };
  await read();
  const clock = setInterval(() => { if (!document.hidden && live.state !== 'paused' && !charts.querySelector('.mark:not([width="0"])')) look(); }, 30e3);
  return {
    title: 'History', stop() { clearInterval(clock); }, change(next) { own = next; return look(); },
    node: [el('h1', {}, 'History'), el('div', { class: 'row' }, el('span', { class: 'row', role: 'group', 'aria-label': 'Span' }, buttons), field, known, el('span', { class: 'quiet' }, 'Drag over a chart to see the jobs of a span.')), fault, charts],
  };
};
