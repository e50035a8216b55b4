// The frame around the pages: addresses, keys, theme, the search, the state of the stream.
import { clean, data, el, isUTC, now, problemBox, setting, span, tell, who, zone } from './kit.js';

const pages = [
  ['', 'Home', './home.js', 'h'], ['jobs', 'Jobs', './jobs.js', 'j'], ['pipelines', 'Pipelines', './pipelines.js', 'p'],
  ['queues', 'Queues', './queues.js', 'q'], ['schedules', 'Schedules', './schedules.js', 's'], ['daemons', 'Daemons', './daemons.js', 'd'],
  ['callbacks', 'Callbacks', './callbacks.js', 'c'], ['history', 'History', './history.js', 'i'],
  ['activity', 'Activity', './activity.js', 'a'],
];
const inner = { job: ['jobs', './job.js'], pipeline: ['pipelines', './pipelines.js'] };
const at = id => document.getElementById(id);
const main = at('main');

// The address behind `#`: the page, an id, and the page's state as parameters.
export const place = () => {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...rest] = path.split('/');
  let id = rest.join('/');
  try { id = decodeURIComponent(id); } catch { /* a mistyped address: the text counts as it stands */ }
  return { name, id, params: new URLSearchParams(query ?? '') };
};
export const address = (name, params, id) => {
  const kept = new URLSearchParams([...new URLSearchParams(params)].filter(([, value]) => value !== '' && value !== 'undefined'));
  const query = kept.toString();
  return '#/' + name + (id ? '/' + encodeURIComponent(id) : '') + (query ? '?' + query : '');
};

let open = null, turn = 0;
const show = async () => {
  const mine = ++turn;
  const { name, id, params } = place();
  const entry = pages.find(one => one[0] === name) ?? (inner[name] && pages.find(one => one[0] === inner[name][0]));
  const file = inner[name]?.[1] ?? entry?.[2];
  for (const link of at('nav').children) {
    if (entry && link.dataset.page === entry[0]) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  at('nav').classList.remove('open');
  at('menu').setAttribute('aria-expanded', 'false');
  // The same page with another state renews itself where it can, so that nothing jumps.
  if (open?.name === name && open.id === id && open.page.change) { open.page.change(params); return; }
  let page;
  try {
    if (!file) throw { title: 'No such page.', detail: 'The links above lead to all pages.' };
    const module = await import(file);
    const set = (changes, replace) => {
      const next = place().params;
      for (const [key, value] of Object.entries(changes)) value ? next.set(key, value) : next.delete(key);
      const target = address(name, next, id);
      if (target === location.hash) return;
      replace ? history.replaceState(null, '', target) : location.hash = target;
    };
    page = await module.default({ name, id, params, set });
  } catch (error) {
    if (error instanceof TypeError && /import|module/i.test(error.message)) { reload(); return; }
    page = { title: 'Failed', node: [el('h1', {}, error.status === 404 ? 'Not found' : error.status === 403 ? 'Not for this token' : 'The page can’t be shown'), problemBox(error), error.status ? null : el('button', { onclick: show }, 'Try again')].filter(Boolean) };
  }
  if (mine !== turn) { page.stop?.(); return; }
  open?.page.stop?.();
  const hadFocus = open !== null;
  open = { name, id, page };
  main.replaceChildren(...[page.node].flat());
  document.title = clean(page.title ?? entry?.[1] ?? 'ix-worker', 60) + ' · ix-worker';
  if (hadFocus) { main.focus({ preventScroll: true }); scrollTo(0, 0); }
  setTimeout(begin, 30);
};
// A page of an older server asks for files that the new one hasn't.
const reload = () => {
  let last = 0;
  try { last = Number(sessionStorage.getItem('ix.reloaded')); sessionStorage.setItem('ix.reloaded', Date.now()); } catch { last = Date.now(); }
  if (Date.now() - last > 10e3) location.reload();
  else main.replaceChildren(el('h1', {}, 'A file of the page is missing'), el('p', {}, 'The server may be another version by now. ', el('a', { href: '' }, 'Load the page again.')));
};

// Behind the first page, so that its sentence waits for no other call.
let me = null, live = null;
const begin = async () => {
  if (me) return;
  try {
    const module = await import('./live.js');
    if (!live) { live = module.live; live.listen(paint); }
    me = await who();
    at('me').textContent = clean(me.name, 24) + ' ▾';
    live.start(!me.client_id && (me.role === 'operator' || me.role === 'reader'));
  } catch { setTimeout(begin, 5e3); }
};

const paint = () => {
  const [state, node] = [live?.state ?? 'reconnecting', at('live')];
  node.className = 'live live-' + state;
  const since = Math.round(live ? (Date.now() - live.since) / 1000 : 0);
  const isOld = data.age > 1 && (state === 'live' || state === 'looks');
  tell(node, isOld ? `as of ${span(data.age)} ago` : { live: 'live', paused: 'paused (p)', looks: 'each 5 s' }[state] ?? (since < 3 ? 'connecting' : 'reconnecting'));
  node.title = isOld ? `A standby answers, which is ${span(data.age)} behind.` : { live: 'Changes come at once.', paused: 'Press p to go on.', looks: 'The page asks each 5 s.' }[state] ?? `No stream for ${span(since)}; what is shown may be old.`;
  main.classList.toggle('stale', state === 'reconnecting' && since >= 5);
};
setInterval(paint, 1e3);

const look = () => {
  const theme = setting('theme') ?? 'system';
  if (theme === 'system') delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.density = setting('density') ?? 'normal';
  at('theme').textContent = { system: '◐', light: '○', dark: '●' }[theme];
  at('theme').setAttribute('aria-label', 'Theme: ' + theme);
  at('zone').textContent = isUTC() ? 'UTC' : 'local';
  at('zone').setAttribute('aria-label', 'Time zone: ' + zone());
};
const afresh = () => { if (open) { open.page.stop?.(); open = { ...open, name: null }; show(); } };
const change = {
  theme() { const all = ['system', 'light', 'dark']; setting('theme', all[(all.indexOf(setting('theme') ?? 'system') + 1) % 3]); look(); },
  zone() { setting('zone', isUTC() ? 'local' : 'utc'); look(); afresh(); },
  density() { setting('density', setting('density') === 'compact' ? 'normal' : 'compact'); look(); },
};

let isGoing = false;
const keys = event => {
  if (event.ctrlKey || event.metaKey || event.altKey || setting('keys') === 'off') return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== 'checkbox' || document.querySelector('dialog[open]')) return;
  const key = event.key;
  if (isGoing) {
    isGoing = false;
    const page = pages.find(one => one[3] === key);
    if (page) { location.hash = '#/' + page[0]; event.preventDefault(); }
    return;
  }
  const own = {
    g() { isGoing = true; setTimeout(() => { isGoing = false; }, 1500); },
    '/'() { at('q').focus(); at('q').select(); }, t: change.theme, u: change.zone, d: change.density,
    p() { live?.pause(live.state !== 'paused'); }, '?'() { more('help'); },
  }[key] ?? (open?.page.keys?.[key]);
  if (own) { own(); event.preventDefault(); }
};
const more = async what => { (await import('./dialog.js'))[what]({ me, change }); };

for (const [name, title] of pages) at('nav').append(el('a', { href: '#/' + name, 'data-page': name }, title));
at('theme').onclick = change.theme;
at('zone').onclick = change.zone;
at('me').textContent = '…';
at('me').setAttribute('aria-label', 'This session');
at('me').onclick = () => more('session');
at('skip').onclick = event => { event.preventDefault(); main.focus(); };
at('menu').onclick = () => {
  const isOpen = at('nav').classList.toggle('open');
  at('menu').setAttribute('aria-expanded', String(isOpen));
};
at('search').onsubmit = async event => {
  event.preventDefault();
  const { find } = await import('./jobs.js');
  find(at('q').value.trim());
};
addEventListener('keydown', keys);
addEventListener('hashchange', show);
look();
paint();
show();
