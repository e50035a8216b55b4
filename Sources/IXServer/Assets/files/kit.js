// What every page is made of: elements, words for numbers and times, tables that are patched in place, calls of /v1.
// Elements are made, never parsed, so that nothing a job holds can become markup.

const SVG = 'http://www.w3.org/2000/svg';
const drawn = new Set(['svg', 'path', 'line', 'rect', 'text', 'g']);

export const el = (tag, attributes = {}, ...kids) => {
  const node = drawn.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...kids.flat(Infinity).filter(kid => kid !== null && kid !== undefined && kid !== false));
  return node;
};

// Gives a node these kids, and leaves those in place that are the same already: focus and selection stay. The listeners of a
// kept kid stay as well, so a listener reads the page's state when it is called.
export const put = (node, ...kids) => {
  const next = kids.flat(Infinity).filter(kid => kid || kid === 0).map(kid => kid.nodeType ? kid : document.createTextNode(kid));
  next.forEach((kid, at) => {
    const old = node.childNodes[at];
    if (!old) node.append(kid);
    else if (!old.isEqualNode(kid)) old.replaceWith(kid);
  });
  while (node.childNodes.length > next.length) node.lastChild.remove();
};

// Characters that change how the text around them reads: shown as a mark with their code.
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
export const clean = (text, most = 300) => {
  const whole = String(text ?? '');
  const cut = whole.length > most ? whole.slice(0, most) + '…' : whole;
  return cut.replace(unseen, one => '\ufffd' + one.codePointAt(0).toString(16).toUpperCase().padStart(4, '0'));
};
// A text of a job, a client or a pipeline.
export const said = (text, most) => el('bdi', {}, clean(text, most));

const marks = { pending: '○', running: '◐', done: '●', error: '✕', due: '○', failed: '✕', delivered: '●', warn: '!', paused: '‖', stopped: '‖' };
export const badge = (kind, word = kind) =>
  el('span', { class: 's ' + kind }, el('span', { 'aria-hidden': 'true' }, marks[kind] ?? '·'), ' ', word);

export const count = (number, isEstimate) =>
  number === null || number === undefined ? '–' : (isEstimate ? '≈ ' : '') + number.toLocaleString('en');
export const many = (number, one, more = one + 's') => `${count(number)} ${number === 1 ? one : more}`;

export const span = seconds => {
  if (seconds === null || seconds === undefined) return '–';
  const s = Math.max(0, seconds);
  if (s < 0.0995) return s < 0.001 ? '0 s' : (s * 1000).toFixed(0) + ' ms';
  if (s < 9.95) return s.toFixed(1).replace(/\.0$/, '') + ' s';
  if (s < 59.5) return Math.round(s) + ' s';
  if (s < 3570) return Math.round(s / 60) + ' min';
  const [h, d] = [Math.floor(s / 3600), Math.floor(s / 86400)];
  if (d >= 10) return d + ' d';
  if (d >= 1) return d + ' d' + (h % 24 ? ` ${h % 24} h` : '');
  const min = Math.floor(s % 3600 / 60);
  return h + ' h' + (min && h < 10 ? ` ${min} min` : '');
};

// Settings of this browser. Storage may be forbidden; then they last as long as the page.
const kept = {};
export const setting = (name, value) => {
  try {
    if (value !== undefined) localStorage.setItem('ix.' + name, value);
    return localStorage.getItem('ix.' + name) ?? kept[name];
  } catch {
    if (value !== undefined) kept[name] = value;
    return kept[name];
  }
};

export const isUTC = () => setting('zone') !== 'local';
const two = number => String(number).padStart(2, '0');
// The moment in the chosen zone; the date only where it isn't today.
export const moment = (text, isLong) => {
  const at = new Date(text);
  if (!text || isNaN(at)) return '–';
  const part = name => isUTC() ? at['getUTC' + name]() : at['get' + name]();
  const clock = `${two(part('Hours'))}:${two(part('Minutes'))}:${two(part('Seconds'))}`;
  const date = `${part('FullYear')}-${two(part('Month') + 1)}-${two(part('Date'))}`;
  const isToday = Math.abs(Date.now() - at) < 12 * 3600e3;
  return isLong ? `${date} ${clock} ${zone()}` : isToday ? clock : `${date} ${clock.slice(0, 5)}`;
};
export const zone = () => isUTC() ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
export const time = text => text ? el('time', { datetime: text, title: moment(text, true) }, moment(text)) : '–';

// A table whose rows are kept by key. A cell is made anew only when its `value` has changed, so that focus, selection and
// scroll stay where they are.
// columns: {head, width, value: row => comparable, cell: row => node or text, kind: 'n' | 'm' | 'cut', wide: true}
export class Table {
  constructor(caption, columns, key, { empty = 'Nothing here.', mark } = {}) {
    Object.assign(this, { columns, key, mark, rows: new Map() });
    const name = column => [column.kind, column.wide && 'wide'].filter(Boolean).join(' ') || undefined;
    this.names = columns.map(name);
    this.body = el('tbody');
    const cols = columns.map((column, at) => {
      const col = el('col', { class: this.names[at] });
      if (column.width) col.style.width = column.width;
      if (column.narrow) col.style.setProperty('--narrow', column.narrow);
      return col;
    });
    this.table = el('table', {}, el('caption', { class: 'unseen' }, caption), el('colgroup', {}, cols),
      el('thead', {}, el('tr', {}, columns.map((column, at) => el('th', { scope: 'col', class: this.names[at] }, column.head)))), this.body);
    this.empty = el('p', { class: 'empty', hidden: true }, empty);
    this.node = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, this.table, this.empty);
  }
  // Shows exactly these rows, in this order.
  show(items) {
    const wanted = new Set(items.map(this.key));
    for (const key of [...this.rows.keys()]) if (!wanted.has(key)) this.remove(key);
    let before = this.body.firstChild;
    for (const item of items) {
      const { row } = this.put(item);
      if (row === before) before = before.nextSibling;
      else this.body.insertBefore(row, before);
    }
    this.empty.hidden = items.length > 0;
  }
  // Shows exactly these rows; those that are listed keep their order, so that nothing changes places under the eyes.
  showInPlace(items) {
    const order = [...this.rows.keys()], rank = item => { const at = order.indexOf(this.key(item)); return at < 0 ? order.length : at; };
    this.show([...items].sort((one, other) => rank(one) - rank(other)));
  }
  add(items) {
    for (const item of items) {
      const entry = this.put(item);
      if (!entry.row.isConnected) this.body.append(entry.row);
    }
    this.empty.hidden = this.rows.size > 0;
  }
  // Renews a row where it stands.
  put(item) {
    const key = this.key(item);
    let entry = this.rows.get(key);
    if (!entry) {
      entry = { row: el('tr', { 'data-key': key }), cells: [], values: [] };
      this.columns.forEach((column, at) => entry.cells.push(entry.row.appendChild(el('td', { class: this.names[at] }))));
      this.rows.set(key, entry);
    }
    entry.item = item;
    this.columns.forEach((column, at) => {
      const value = column.value ? column.value(item) : key;
      if (entry.values[at] === value && at in entry.values) return;
      entry.values[at] = value;
      const made = column.cell ? column.cell(item) : String(value ?? '–');
      entry.cells[at].replaceChildren(...[made].flat());
      if (column.kind === 'cut') entry.cells[at].title = entry.cells[at].textContent;
    });
    this.mark?.(entry.row, item);
    return entry;
  }
  remove(key) {
    this.rows.get(key)?.row.remove();
    this.rows.delete(key);
  }
}

// Renews a text without touching an equal one.
export const tell = (node, text) => { if (node.textContent !== text) node.textContent = text; };

export const spark = (values, errors, label) => {
  const most = Math.max(1, ...values);
  const line = list => list.map((value, at) =>
    (at ? 'L' : 'M') + (at * 110 / Math.max(1, list.length - 1)).toFixed(1) + ' ' + (20 - value / most * 18).toFixed(1)).join('');
  // Errors are strokes, so that a span without any stays as it is.
  const strokes = errors.map((value, at) => value ? `M${(at * 110 / Math.max(1, errors.length - 1)).toFixed(1)} 20V${(20 - value / most * 18).toFixed(1)}` : '').join('');
  return el('svg', { class: 'spark', viewBox: '0 0 110 22', role: 'img', 'aria-label': label },
    el('path', { d: line(values) }), strokes && el('path', { class: 'e', d: strokes }));
};

// Upper bounds of the histograms that the history keeps, in seconds.
const bounds = {
  waits: [.005, .025, .1, .25, .5, 1, 2.5, 5, 15, 60, 300, 1800, 7200],
  runs: [.01, .05, .25, 1, 2.5, 5, 15, 30, 60, 120, 300, 900, 2700],
};
// The value below which `share` of the counted times lie, within their bucket; null without any.
export const quantile = (kind, counts, share) => {
  const all = counts.reduce((sum, one) => sum + one, 0);
  if (!all) return null;
  let rest = all * share;
  for (let at = 0; at < counts.length; at++) {
    if (rest <= counts[at] && counts[at]) {
      const from = at ? bounds[kind][at - 1] : 0;
      const to = bounds[kind][at];
      return to === undefined ? from : from + (to - from) * rest / counts[at];
    }
    rest -= counts[at];
  }
  return bounds[kind].at(-1);
};
export const summed = lists => lists.reduce((sum, list) => {
  list?.forEach((value, at) => { sum[at] = (sum[at] ?? 0) + value; });
  return sum;
}, []);

export const problemBox = problem => el('div', { class: 'problem', role: 'alert' },
  el('strong', {}, clean(problem.title)), ' ', clean(problem.detail, 500),
  problem.requestID ? el('span', { class: 'quiet' }, ` request ${clean(problem.requestID)}`) : null);

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? 'The server answered ' + status + '.');
    Object.assign(this, { status, title: body.title ?? 'Failed', detail: this.message, requestID: body.request_id, kind: (body.type ?? '').split('/').pop() });
  }
}

// Milliseconds by which the server's clock is ahead of the browser's, so that no age is negative.
let ahead = 0;
export const now = () => Date.now() + ahead;

// Seconds by which the data lagged in the newest answer about the whole queue; over 0 where a standby answers.
export const data = { age: 0 };
// The moment of this page's last change: what is read soon after it comes from the database that has the change.
let changed = -Infinity;
// True for data that lacked the newest `age` seconds at the moment `at`, and so perhaps this page's last change.
export const isBehind = (age, at = Date.now()) => age > 0 && at - age * 1e3 < changed;

// `age`: seconds that the answer may be old; viewers that ask for the same then share one look at the store.
export const api = async (path, { method = 'GET', body, signal, age, isNewest } = {}) => {
  let answer, text;
  const sent = Date.now();
  const wish = isNewest || sent - changed < 5e3 ? 'no-cache' : age && `max-age=${age}`;
  try {
    answer = await fetch('v1/' + path, {
      method, signal, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(wish ? { 'cache-control': wish } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    text = await answer.text();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, { title: 'The server can’t be reached.', detail: 'The page shows what it last heard, and asks again.' });
  }
  const date = Date.parse(answer.headers.get('date'));
  if (date) ahead = date - Date.now();
  if (method !== 'GET' && answer.ok) changed = Date.now();
  const lag = answer.headers.get('ix-data-age');
  // A standby may lag by more than the five seconds: then the database itself is asked.
  if (method === 'GET' && wish !== 'no-cache' && lag !== null && isBehind(Number(lag), sent)) return api(path, { signal, isNewest: true });
  if (lag !== null) data.age = Number(lag);
  if (answer.status === 401) logIn();
  const isText = !/json/.test(answer.headers.get('content-type') ?? '');
  if (answer.ok) return isText ? text : JSON.parse(text || '{}');
  let problem = {};
  try { problem = JSON.parse(text); } catch { /* a proxy's page: the status alone is told */ }
  throw new Problem(answer.status, problem);
};

// A document as it is stored, with every digit of its numbers.
export const raw = async path => {
  const answer = await fetch('v1/' + path).catch(() => null);
  if (!answer) throw new Problem(0, { title: 'The server can’t be reached.', detail: 'Try again.' });
  const text = await answer.text();
  if (answer.ok) return text;
  let problem = {};
  try { problem = JSON.parse(text); } catch { /* as above */ }
  throw new Problem(answer.status, problem);
};

const logIn = () => location.replace('login#to=' + location.hash);

let asked;
// The caller: {name, role, client_id, documents}. Asked once.
export const who = () => asked ??= api('whoami').catch(error => { asked = undefined; throw error; });
// Why the caller may not act; null where it may. A producer may act on the jobs that it sees.
export const refusal = (me, isOfMany) => {
  if (me.role === 'operator' || (me.role === 'producer' && !isOfMany)) return null;
  return isOfMany ? 'needs operator' : 'needs producer or operator';
};
