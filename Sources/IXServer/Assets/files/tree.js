// A JSON document as a tree, from a tokenizer of our own: numbers keep every digit, members keep their order, and a
// document of any depth or size can't stop the page.
import { clean, el } from './kit.js';

const most = 64 << 10;  // characters shown; the rest is in the download
const deepest = 64, longest = 200;

// Tokens: {} [] , : as themselves, "string" as {text}, anything else as {number}.
const tokens = function* (text) {
  const form = /\s+|"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/gy;
  for (let found; (found = form.exec(text));) if (found[0].trim()) yield found[0];
};
const unquoted = token => { try { return JSON.parse(token); } catch { return token.slice(1); } };

class Reader {
  constructor(text) { this.all = tokens(text); this.next(); }
  next() { const { value, done } = this.all.next(); this.token = done ? null : value; }
  value(depth) {
    const token = this.token;
    if (token === null) return el('span', { class: 'quiet' }, '…');
    if (token === '{' || token === '[') return this.group(depth, token);
    this.next();
    if (token[0] === '"') {
      const text = unquoted(token);
      return el('bdi', { class: 'str' }, '"' + clean(text, 2000) + '"');
    }
    return el('span', { class: 'num' }, clean(token));
  }
  group(depth, opening) {
    const [isObject, end] = [opening === '{', opening === '{' ? '}' : ']'];
    this.next();
    if (this.token === end) { this.next(); return el('span', {}, opening + end); }
    if (depth >= deepest) { this.skip(end); return el('span', { class: 'quiet' }, opening + ' deeper parts are in the download ' + end); }
    const parts = [];
    let total = 0;
    while (this.token !== null && this.token !== end) {
      let name = null;
      if (isObject) {
        name = this.token[0] === '"' ? unquoted(this.token) : this.token;
        this.next();
        if (this.token === ':') this.next();
      }
      const value = this.value(depth + 1);
      if (++total <= longest) parts.push(line(name, value));
      if (this.token === ',') this.next();
    }
    this.next();
    if (total > longest) parts.push(el('div', { class: 'quiet' }, `and ${total - longest} more`));
    return el('details', { open: depth < 2 }, el('summary', {}, opening + (isObject ? ' ' : ` ${total} `) + end), parts);
  }
  skip(end) {
    let depth = 1;
    while (this.token !== null && depth) {
      if (this.token === '{' || this.token === '[') depth++;
      if (this.token === '}' || this.token === ']') depth--;
      this.next();
    }
  }
}

const line = (name, value) => {
  const key = name === null ? '' : [el('bdi', { class: 'k' }, clean(name)), ': '];
  // A group keeps its name beside its fold.
  if (value.tagName === 'DETAILS') { value.firstChild.prepend(...[key].flat()); return value; }
  return el('div', {}, key, value);
};

export const tree = (text, name) => {
  const isCut = text.length > most;
  const node = el('div', { class: 'tree', tabindex: '0', role: 'region', 'aria-label': name }, new Reader(isCut ? text.slice(0, most) : text).value(0));
  return isCut ? [node, el('p', { class: 'quiet' }, `The first 64 KiB of ${Math.round(text.length / 1024)} KiB. The download has all of it.`)] : [node];
};
