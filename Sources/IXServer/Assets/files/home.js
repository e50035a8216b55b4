// Home: is it well, what waits, who works, what fails. One sentence first, then what is wrong, worst first.
import { api, badge, clean, count, el, many, now, problemBox, put, quantile, said, span, spark, summed, Table, tell, time, who } from './kit.js';
import { address } from './ix.js';

const hour = () => new Date(now() - 3600e3).toISOString().slice(0, 16) + ':00Z';

export default async () => {
  const past = { by: new Map(), done: 0, error: 0, recent: 0, errors: [] };
  const say = el('p', { class: 'say grey' });
  const notes = el('ul', { class: 'notes grey' });
  const fault = el('div');
  const tiles = new Tiles(['due', 'oldest due', 'scheduled', 'running', 'done, 1 h', 'error, 1 h', 'callbacks due']);
  const cases = useCases(past);
  const newest = new Table('Errors of the last hour', [
    { head: 'code', width: '30%', value: row => row.code, cell: row => el('a', { href: address('jobs', { status: 'error', error_code: quoted(row.code), use_case: quoted(row.useCase), newer_than: '1h' }) }, said(row.code)) },
    { head: 'use case', value: row => row.useCase, cell: row => said(row.useCase) },
    { head: 'count', kind: 'n', width: '120px', value: row => row.count, cell: row => count(row.count) },
  ], row => row.code + '\u0000' + row.useCase, { empty: 'No job has ended in error in the last hour.' });

  let stats, paused = [], live = null, isOver = false, end = () => {};
  const paint = () => {
    if (!stats) return;
    tell(say, sentence(stats, past));
    put(notes, wrong(stats, past, paused));
    announce(stats);
    const isEstimate = stats.estimated === true || stats.estimated === 'true';
    tiles.show([count(stats.due, isEstimate), span(stats.oldest_due_seconds), count(stats.scheduled, isEstimate), count(stats.running), count(past.done), count(past.error), count(stats.callbacks.due)]);
    cases.show(rows(stats, past));
  };
  const readStats = async how => { stats = await api('stats', how); live?.set(stats); };
  const readPast = async () => {
    const { buckets } = await api('history?step=60&from=' + hour(), { age: 10 });
    Object.assign(past, gathered(buckets));
    newest.showInPlace(past.errors);
  };
  try { await Promise.all([readStats(), readPast()]); } catch (problem) {
    if (problem.status !== 403) throw problem;
    return ofClient(await who());
  }
  paint();
  const readPauses = () => api('queues', { age: 10 }).then(answer => { paused = answer.queues.filter(one => one.paused_at); paint(); }).catch(() => { /* told by the next look */ });
  // What the sentence doesn't need is asked for behind it: the stream, and the paused queues that explain a backlog.
  const follow = async () => {
    ({ live } = await import('./live.js'));
    if (isOver) return;
    live.set(stats);
    end = live.listen(news => { if (news.stats) { stats = news.stats; paint(); } });
    readPauses();
  };
  setTimeout(follow, 60);
  const again = async () => {
    if (document.hidden || live?.state === 'paused') return;
    try {
      await Promise.all([live?.state === 'live' ? null : readStats({ age: 2 }), readPast(), readPauses()]);
      fault.replaceChildren();
    } catch (problem) { fault.replaceChildren(problemBox(problem)); }
    paint();
  };
  const clock = setInterval(again, 15e3);
  const quick = setInterval(() => { if (live?.state !== 'live') again(); }, 5e3);
  return {
    title: 'Home',
    node: [el('h1', {}, 'Home'), fault, say, notes, tiles.node,
      el('h2', {}, 'Use cases'), el('div', { class: 'grey' }, cases.node), el('h2', {}, 'Errors of the last hour'), newest.node],
    stop() { isOver = true; end(); clearInterval(clock); clearInterval(quick); },
  };
};

// A token that is bound to a client sees its own jobs, and nothing of the whole queue.
const ofClient = me => ({
  title: 'Home',
  node: [el('h1', {}, 'Home'), me.client_id ? el('p', { class: 'say' }, 'This token shows the jobs of the client ', said(me.client_id), '.') : el('p', { class: 'say' }, `A token with the role ${clean(me.role)} doesn’t show the whole queue.`),
    el('p', {}, el('a', { href: '#/jobs' }, 'Jobs'), ' · ', el('a', { href: '#/pipelines' }, 'Pipelines'))],
});

const quoted = text => /[",]/.test(text) ? '"' + text + '"' : text;

class Tiles {
  constructor(names) {
    this.values = names.map(() => el('dd', {}, '–'));
    this.node = el('dl', { class: 'tiles grey' }, names.map((name, at) => el('div', {}, el('dt', {}, name), this.values[at])));
  }
  show(texts) { texts.forEach((text, at) => tell(this.values[at], text)); }
}

export const gathered = buckets => {
  const by = new Map(), errors = new Map();
  let done = 0, error = 0, recent = 0;
  for (const one of buckets) {
    const own = by.get(one.use_case) ?? { done: 0, error: 0, waits: [], runs: [], minutes: new Map() };
    by.set(one.use_case, own);
    own.done += one.done;
    own.error += one.error;
    own.waits = summed([own.waits, one.waits]);
    own.runs = summed([own.runs, one.runs]);
    own.minutes.set(Math.floor(Date.parse(one.bucket) / 60e3), one);
    done += one.done;
    error += one.error;
    if (now() - Date.parse(one.bucket) < 180e3) recent += one.done + one.error;
    for (const [code, number] of Object.entries(one.errors ?? {})) {
      const key = code + '\u0000' + one.use_case;
      errors.set(key, { code, useCase: one.use_case, count: (errors.get(key)?.count ?? 0) + number });
    }
  }
  return { by, done, error, recent, errors: [...errors.values()].sort((a, b) => b.count - a.count).slice(0, 20) };
};

const sentence = (stats, past) => {
  const alive = stats.daemons.length;
  const first = !alive ? 'No daemon is alive.' : stats.running || past.recent ? 'Jobs run.' : stats.due ? 'Nothing runs.' : 'All is quiet.';
  // Jobs in line wait for a place in their queue or group, or are paused: more workers would not help them.
  const line = !stats.held ? '' : stats.held === stats.due ? ' in line' : ` (${count(stats.held)} in line)`;
  const waits = stats.due ? `${count(stats.due)} ${stats.due === 1 ? `waits${line}` : `wait${line}, the oldest`} for ${span(stats.oldest_due_seconds)}` : 'Nothing waits';
  const runs = alive ? !stats.running ? `${many(alive, 'daemon')} ${alive === 1 ? 'is' : 'are'} alive` : `${count(stats.running)} ${stats.running > 1 ? 'run' : 'runs'} on ${many(alive, 'daemon')}` : 'none runs';
  const ended = past.done + past.error;
  const last = ended ? `${count(past.error)} of ${count(ended)} ended in error within the hour` : 'none ended within the hour';
  return `${first} ${waits}; ${runs}; ${last}.`;
};

let lastSaid = '';
// For screen readers: the state alone, and only when it changes.
const announce = stats => {
  const open = stats.daemons.flatMap(daemon => daemon.open_breakers).length;
  const text = !stats.daemons.length ? 'No daemon is alive.' : open ? many(open, 'circuit breaker') + ' open.' : 'Jobs run.';
  if (text !== lastSaid) { lastSaid = text; document.getElementById('said').textContent = text; }
};

// The words of an open breaker's time; none for a daemon that tells none.
export const since = breaker => breaker.since ? [' since ', time(breaker.since)] : [];
const wrong = (stats, past, paused) => {
  const list = [];
  const note = (kind, ...parts) => list.push(el('li', { class: kind }, el('span', { 'aria-hidden': 'true' }, kind === 'bad' ? '✕ ' : '! '), ...parts));
  if (!stats.daemons.length) note('bad', `No daemon is alive: nothing runs. ${many(stats.due, 'job')} due. `, el('a', { href: '#/daemons' }, 'Daemons'));
  for (const daemon of stats.daemons) {
    for (const one of daemon.open_breakers) {
      note('bad', 'Pipeline ', el('a', { href: address('pipeline', {}, one.pipeline) }, said(one.pipeline)), ' takes no jobs on host ', said(daemon.host), ...since(one), ': ', said(one.reason, 200));
    }
  }
  for (const one of stats.unserved) {
    note('bad', many(one.pending, 'job') + ' of ', el('a', { href: address('jobs', { status: 'pending', use_case: quoted(one.use_case ?? '') }) }, said(one.use_case)), ` ${one.pending === 1 ? 'waits' : 'wait'}, and no live daemon serves this use case.`);
  }
  for (const one of stats.unserved_queues) {
    note('bad', many(one.due, 'job') + ' in queue ', el('a', { href: address('jobs', { status: 'pending', queue: quoted(one.queue) }) }, said(one.queue)), ` ${one.due === 1 ? 'waits' : 'wait'}, and no live daemon takes this queue.`);
  }
  if (stats.commits_awaiting_standby > 0) note('bad', many(stats.commits_awaiting_standby, 'commit'), ' wait for a standby of the database.');
  if (stats.oldest_due_seconds > 300) note('warn', `The oldest due job has waited for ${span(stats.oldest_due_seconds)}. `, el('a', { href: address('jobs', { status: 'pending', older_than: '5m' }) }, 'Jobs'));
  const ended = past.done + past.error;
  if (past.error >= 10 && past.error > ended / 10) note('warn', `${count(past.error)} of ${count(ended)} jobs ended in error within the hour. `, el('a', { href: address('jobs', { status: 'error', newer_than: '1h' }) }, 'Jobs'));
  const calls = stats.callbacks;
  if (calls.failed) note('warn', many(calls.failed, 'callback'), ' given up after the last try. ', el('a', { href: address('callbacks', { state: 'failed' }) }, 'Callbacks'));
  if (calls.retrying) note('warn', many(calls.retrying, 'callback'), ` wait${calls.retrying === 1 ? 's' : ''} for another try, the oldest for ${span(calls.oldest_seconds)}. `, el('a', { href: address('callbacks', { state: 'due' }) }, 'Callbacks'));
  for (const one of paused) note('warn', 'Queue ', el('a', { href: address('queues', { queue: one.queue }) }, said(one.queue)), ` is paused; ${many(one.waiting, 'job')} in line.`);
  if (stats.held_xmin_horizon_seconds > 3600) note('warn', `A session has held the database’s snapshot for ${span(stats.held_xmin_horizon_seconds)}, which slows every claim: `, said(stats.held_xmin_horizon_by));
  return list.length ? list : [el('li', { class: 'fine' }, el('span', { 'aria-hidden': 'true' }, '● '), 'Nothing is wrong.')];
};

const rows = (stats, past) => {
  const names = new Set([...stats.use_cases.map(one => one.use_case), ...past.by.keys(), ...stats.daemons.flatMap(daemon => daemon.serves ?? [])]);
  return [...names].filter(name => name !== null).sort().map(name => {
    const open = stats.daemons.flatMap(daemon => daemon.open_breakers).filter(one => one.pipeline === name);
    const isServed = stats.daemons.some(daemon => !daemon.serves || daemon.serves.includes(name));
    const levels = stats.use_cases.find(one => one.use_case === name) ?? { due: 0, running: 0, oldest_due_seconds: null };
    return { name, levels, past: past.by.get(name), state: open.length ? 'open' : isServed ? 'takes' : 'none' };
  });
};

const states = { open: () => badge('error', 'breaker open'), takes: () => badge('done', 'takes jobs'), none: () => badge('warn', 'not served') };
const share = (row, kind) => row.past ? quantile(kind, row.past[kind], .95) : null;
const useCases = () => new Table('Use cases', [
  { head: 'use case', width: '15%', narrow: '30%', value: row => row.name, cell: row => el('a', { href: address('pipeline', {}, row.name) }, said(row.name)) },
  {
    head: 'last hour', width: '132px', wide: true, value: row => row.past && [row.past.done, row.past.error, Math.floor(now() / 60e3)].join(),
    cell: row => {
      const from = Math.floor(now() / 60e3) - 59;
      const minutes = Array.from({ length: 60 }, (_, at) => row.past?.minutes.get(from + at));
      return row.past ? spark(minutes.map(one => one ? one.done + one.error : 0), minutes.map(one => one?.error ?? 0), clean(row.name) + ': jobs ended per minute in the last hour') : '–';
    },
  },
  { head: 'due', kind: 'n', value: row => row.levels.due, cell: row => count(row.levels.due) },
  { head: 'oldest', kind: 'n', value: row => span(row.levels.oldest_due_seconds) },
  { head: 'running', kind: 'n', wide: true, value: row => row.levels.running, cell: row => count(row.levels.running) },
  { head: 'done, 1 h', kind: 'n', wide: true, value: row => row.past?.done ?? 0, cell: row => count(row.past?.done ?? 0) },
  { head: 'error, 1 h', kind: 'n', wide: true, value: row => row.past?.error ?? 0, cell: row => row.past?.error ? el('a', { href: address('jobs', { status: 'error', use_case: quoted(row.name), newer_than: '1h' }) }, count(row.past.error)) : '0' },
  { head: 'wait p95', kind: 'n', wide: true, value: row => span(share(row, 'waits')) },
  { head: 'run p95', kind: 'n', wide: true, value: row => span(share(row, 'runs')) },
  { head: 'state', width: '158px', narrow: '138px', value: row => row.state, cell: row => states[row.state]() },
], row => row.name, { empty: 'No use case yet. Try: ixctl enqueue echo' });
