// The state of the queue as it changes: by the one stream of the browser, else by a look each 5 s.
import { api, data as shown, isBehind, now } from './kit.js';

// live, reconnecting, paused, stale, and looks (no stream for this caller: a look each 5 s).
const state = { name: 'reconnecting', since: Date.now(), stats: null, isPaused: false };
const listeners = new Set();
const jobs = new Map();
let port = null, timer = null, isHidden = false;

export const live = {
  get state() { return state.isPaused ? 'paused' : state.name; },
  get since() { return state.since; },
  get stats() { return state.stats; },
  // Calls back with what is new: {stats}, {state}.
  listen(call) { listeners.add(call); return () => listeners.delete(call); },
  pause(isPaused) {
    state.isPaused = isPaused;
    tellAll({ state: live.state });
    if (!isPaused && state.stats) tellAll({ stats: state.stats });
  },
  // Events of a job: call({event, data}); `event` is null when no stream is free, and the page has to ask.
  follow(id, call) {
    jobs.set(id, call);
    port?.postMessage({ follow: id });
    return () => { jobs.delete(id); port?.postMessage({ leave: id }); };
  },
  set(stats) { state.stats = stats; state.at = now(); },
  get at() { return state.at; },
  start(hasQueue) {
    if (!hasQueue) { become('looks'); return; }
    connect();
    document.addEventListener('visibilitychange', () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => { isHidden = true; close(); }, 5 * 60e3);
      else if (isHidden || !port) { isHidden = false; connect(); }
    });
    addEventListener('pagehide', close);
    addEventListener('pageshow', event => { if (event.persisted) connect(); });
    setInterval(() => port?.postMessage({ here: true }), 30e3);
  },
};

const tellAll = news => { for (const call of [...listeners]) call(news); };
const become = (name, since = Date.now()) => {
  if (state.name === name) return;
  Object.assign(state, { name, since });
  tellAll({ state: live.state });
};

const hear = ({ data }) => {
  if (data.state) {
    become(data.state, data.since);
    // The stream may have ended with the session: a question tells, and leads to the login.
    if (data.state === 'reconnecting') setTimeout(() => { if (state.name === 'reconnecting') api('whoami').catch(() => {}); }, 500);
  }
  if (data.job) { if (!state.isPaused) jobs.get(data.job)?.(data); }
  if (data.stats) {
    const stats = JSON.parse(data.stats);
    // A standby that hasn't this page's last change would take it back.
    if (isBehind(stats.data_age_seconds)) return;
    state.stats = stats;
    shown.age = state.stats.data_age_seconds;
    state.at = now();
    if (!state.isPaused) tellAll({ stats: state.stats });
  }
};

const connect = async () => {
  close();
  try {
    if (!window.SharedWorker) throw new Error('none');
    const url = new URL('stream.js', import.meta.url).href;
    const policy = window.trustedTypes?.createPolicy && (live.policy ??= trustedTypes.createPolicy('ix', { createScriptURL: () => url }));
    const worker = new SharedWorker(policy ? policy.createScriptURL('') : url, { type: 'module', name: 'ix' });
    port = worker.port;
  } catch {
    // Without a shared worker this tab holds a stream of its own.
    const { join } = await import('./stream.js');
    const channel = new MessageChannel();
    join(channel.port2);
    port = channel.port1;
  }
  port.onmessage = hear;
  port.postMessage({ queue: true });
  for (const id of jobs.keys()) port.postMessage({ follow: id });
};
const close = () => { port?.postMessage({ bye: true }); port = null; };

// Calls `look` with an age that its answers may have, after a change of the queue, at most each 2 s, and each 10 s at the latest (5 s without a stream).
export const watch = look => {
  let last = Date.now(), isUnderWay = false, isOver = false;
  const go = async least => {
    if (isOver || isUnderWay || state.isPaused || document.hidden || Date.now() - last < least) return;
    isUnderWay = true;
    try { await look({ age: 2 }); } catch { /* look() shows its own failures */ }
    last = Date.now();
    isUnderWay = false;
  };
  const end = live.listen(news => { if (news.stats) go(2e3); });
  const clock = setInterval(() => go(state.name === 'live' ? 10e3 : 5e3), 1e3);
  return () => { isOver = true; end(); clearInterval(clock); };
};
