// The streams of all tabs of a browser, in one shared worker: HTTP/1.1 allows six connections to a server, and a stream
// holds one for as long as it is open.

const base = new URL('../../v1/', import.meta.url);
const most = 2;          // streams of jobs at a time, beside the queue's
const silence = 150e3;   // a tab that said nothing for so long is gone: browsers wake hidden tabs each minute
const ports = new Map(); // port -> {at, queue, jobs}
const jobs = new Map();  // job -> EventSource
let queue = null, stats = null, state = { state: 'reconnecting', since: Date.now() };

export const join = port => {
  ports.set(port, { at: Date.now(), queue: false, jobs: new Set() });
  port.onmessage = ({ data }) => {
    const own = ports.get(port) ?? { queue: false, jobs: new Set() };
    own.at = Date.now();
    ports.set(port, own);
    if (data.bye) ports.delete(port);
    if (data.queue) {
      own.queue = true;
      port.postMessage(state);
      if (stats) port.postMessage({ stats });
    }
    if (data.follow) follow(port, own, data.follow);
    if (data.leave) own.jobs.delete(data.leave);
    tidy();
  };
  port.start?.();
};
self.onconnect = event => join(event.ports[0]);

const toAll = (message, wants) => { for (const [port, own] of ports) if (wants(own)) port.postMessage(message); };
const become = name => {
  if (state.state !== name) state = { state: name, since: Date.now() };
  toAll(state, own => own.queue);
};

// Opens a stream, and opens it again after an answer that ended it for good.
const open = (path, names, hear, onState) => {
  let source, timer, isOver = false;
  const start = () => {
    source = new EventSource(new URL(path, base));
    source.onopen = () => onState(true);
    source.onerror = () => {
      onState(false);
      if (source.readyState !== EventSource.CLOSED || isOver) return;
      timer = setTimeout(start, 3000);
    };
    for (const name of names) source.addEventListener(name, event => hear(name, event.data));
  };
  start();
  return { close() { isOver = true; clearTimeout(timer); source.close(); } };
};

const openQueue = () => {
  queue = open('events', ['stats'], (_, data) => {
    stats = data;
    toAll({ stats }, own => own.queue);
  }, isOpen => become(isOpen ? 'live' : 'reconnecting'));
};

const follow = (port, own, id) => {
  own.jobs.add(id);
  if (jobs.has(id)) return;
  if (jobs.size >= most) { port.postMessage({ job: id, event: null }); return; }
  const stream = open(`jobs/${id}/events`, ['status', 'attempt', 'progress', 'log', 'callback', 'end', 'gap', 'gone'], (event, data) => {
    toAll({ job: id, event, data }, one => one.jobs.has(id));
    // The server ends the stream behind the end and the callback; the page asks for what comes later.
    if (event === 'end' || event === 'gone') drop(id);
  }, () => {});
  jobs.set(id, stream);
};
const drop = id => { jobs.get(id)?.close(); jobs.delete(id); };

const tidy = () => {
  for (const [port, own] of ports) if (Date.now() - own.at > silence) ports.delete(port);
  const isWanted = [...ports.values()].some(own => own.queue);
  if (isWanted && !queue) openQueue();
  if (!isWanted && queue) { queue.close(); queue = null; stats = null; state = { state: 'reconnecting', since: Date.now() }; }
  for (const id of [...jobs.keys()]) if (![...ports.values()].some(own => own.jobs.has(id))) drop(id);
};
setInterval(tidy, 30e3);
