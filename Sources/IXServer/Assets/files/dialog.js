// Dialogs: the browser's own, so that focus stays inside and goes back where it was.
import { api, clean, el, setting } from './kit.js';

// Opens a dialog. `make(close)` returns its parts. Nothing but what has `autofocus` is focused.
export const open = (title, make) => new Promise(done => {
  const node = el('dialog', { 'aria-labelledby': 'dialog-title' });
  const close = value => { node.returnValue = ''; result = value; node.close(); };
  let result;
  node.append(el('h2', { id: 'dialog-title' }, title), ...make(close).flat().filter(Boolean));
  node.addEventListener('close', () => { node.remove(); done(result); });
  document.body.append(node);
  node.showModal();
});

// Asks before a change. Returns true when the caller has confirmed. Over 100 jobs the number is typed.
export const confirm = ({ title, lines, button, total, isDanger }) => open(title, close => {
  const isTyped = total > 100;
  const go = el('button', { class: isDanger ? 'danger' : undefined, disabled: isTyped, onclick: () => close(true) }, button);
  const field = el('input', {
    inputmode: 'numeric', autocomplete: 'off', size: 8, oninput: event => { go.disabled = event.target.value.replace(/[\s,]/g, '') !== String(total); },
    onkeydown: event => { if (event.key === 'Enter' && !go.disabled) close(true); },
  });
  return [...lines, isTyped && el('div', { class: 'row' }, el('label', {}, `Type ${total} to confirm`, field)),
    el('div', { class: 'row' }, go, el('button', { autofocus: true, onclick: () => close(false) }, 'Keep'))];
});

const keys = [
  ['/', 'search'], ['g h', 'Home'], ['g j', 'Jobs'], ['g p', 'Pipelines'], ['g q', 'Queues'], ['g s', 'Schedules'], ['g d', 'Daemons'], ['g c', 'Callbacks'],
  ['g i', 'History'], ['g a', 'Activity'], ['j k', 'next, previous row'], ['x', 'select the row'], ['o', 'open the row'], ['n', 'show new jobs'],
  ['r', 'resubmit (asks)'], ['c', 'cancel (asks)'], ['p', 'pause, go on'], ['t', 'theme'], ['u', 'UTC or local time'], ['d', 'compact rows'], ['?', 'this list'],
];
export const help = () => open('Keys', close => [
  el('dl', { class: 'keys' }, keys.map(([key, text]) => [el('dt', {}, key.split(' ').map(one => [el('kbd', {}, one), ' '])), el('dd', {}, text)])),
  el('div', { class: 'row' }, el('button', { autofocus: true, onclick: () => close() }, 'Close')),
]);

export const session = ({ me, change }) => open('This session', close => {
  const isOff = setting('keys') === 'off';
  const out = async event => {
    event.target.disabled = true;
    await fetch('logout', { method: 'POST' }).catch(() => null);
    location.replace('login');
  };
  return [
    me ? el('p', {}, el('bdi', {}, clean(me.name)), ` has the role ${clean(me.role)}`, me.client_id ? [' for the client ', el('bdi', {}, clean(me.client_id))] : '', me.documents ? '.' : ', and sees no documents.', el('br'), el('span', { class: 'quiet' }, 'Store: ', el('bdi', {}, clean(me.store)))) : el('p', {}, 'The server has not answered yet.'),
    el('div', { class: 'row' }, el('button', { onclick: change.theme }, 'Theme (t)'), el('button', { onclick: change.density }, 'Compact rows (d)'),
      el('button', { onclick: event => { setting('keys', setting('keys') === 'off' ? 'on' : 'off'); event.target.textContent = setting('keys') === 'off' ? 'Keys: off' : 'Keys: on'; } }, isOff ? 'Keys: off' : 'Keys: on'),
      el('button', { onclick: () => { close(); help(); } }, 'All keys (?)')),
    el('div', { class: 'row' }, el('button', { onclick: out }, 'Log out'), el('a', { href: 'docs' }, 'HTTP API'), el('button', { autofocus: true, onclick: () => close() }, 'Close')),
  ];
});

// Shows a running operation to its end; its progress is asked for each second.
export const progress = (title, id) => open(title, close => {
  const text = el('p', { role: 'status' }, 'Starting …'), meter = el('progress', { 'aria-label': title });
  const stop = el('button', { onclick: () => { stop.disabled = true; api('operations/' + id, { method: 'DELETE' }).catch(problem => { text.textContent = problem.detail; }); } }, 'Stop');
  const end = el('button', { autofocus: true, onclick: () => { isOver = true; close(true); } }, 'Close');
  let isOver = false;
  const ask = async () => {
    if (isOver || !text.isConnected && text.textContent !== 'Starting …') return;
    try {
      const now = await api('operations/' + id);
      meter.max = Math.max(1, now.count);
      meter.value = now.changed + now.skipped;
      const words = { running: now.stopping ? 'Stopping' : 'Under way', done: 'Done', stopped: 'Stopped', failed: 'Failed' };
      text.textContent = `${words[now.state] ?? now.state}: ${now.changed} changed, ${now.skipped} left as they were, of ${now.count}.` + (now.reason ? ' ' + clean(now.reason) : '');
      if (now.state !== 'running') { stop.disabled = true; return; }
    } catch (problem) { text.textContent = problem.detail; }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 200);
  return [text, meter, el('p', { class: 'quiet' }, 'The server goes on when this is closed. Activity has the operation.'), el('div', { class: 'row' }, stop, end)];
});

// Copies a text; where the page has no clipboard (plain http under a name), shows it for copying by hand.
export const copy = async (text, node) => {
  try {
    await navigator.clipboard.writeText(text);
    if (node) { const old = node.textContent; node.textContent = 'copied'; setTimeout(() => { node.textContent = old; }, 1200); }
  } catch {
    open('Copy by hand', close => {
      const area = el('textarea', { rows: 6, readonly: true, 'aria-label': 'Text to copy' });
      area.value = text;
      area.style.width = '100%';
      setTimeout(() => area.select());
      return [area, el('div', { class: 'row' }, el('button', { onclick: () => close() }, 'Close'))];
    });
  }
};
