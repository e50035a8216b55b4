// One job: what happened to it, start by start, and what it says while it runs.
import { api, badge, clean, count, el, many, now, problemBox, put, raw, refusal, said, span, Table, tell, time, who } from './kit.js';
import { live, watch } from './live.js';
import { act, actions } from './act.js';
import { confirm, copy } from './dialog.js';
import { tree } from './tree.js';
import { address } from './ix.js';

const isEnded = job => job.status === 'done' || job.status === 'error';
const between = (from, to) => from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : null;

export default async ({ id }) => {
  let job;
  const read = async () => { job = await api(`jobs/${id}?include=attempts,progress,callback`); };
  const [me] = await Promise.all([who(), read().catch(problem => {
    if (problem.status === 404) problem.detail = 'No job has this id here. It may have been deleted after its retention, or belong to another client than the token.';
    throw problem;
  })]);
  const fault = el('div'), state = el('span'), buttons = el('span', { class: 'row' }), facts = el('dl', { class: 'facts' });
  const way = el('ol', { class: 'way', 'aria-label': 'The way of the job' }), why = el('p'), line = el('div', { class: 'row' }), batch = el('div', { class: 'row' });
  const starts = attempts();
  const log = new Log(id, me);
  const call = new Callback(id);

  const paint = () => {
    const word = job.cancel_requested_at && !isEnded(job) ? 'cancelling' : job.status;
    if (state.dataset.word !== word) { state.replaceChildren(badge(job.status, word)); state.dataset.word = word; }
    showButtons();
    fill(facts, factsOf(job));
    fill(way, wayOf(job));
    put(why, (job.error_code ? [el('strong', { class: 's error' }, said(job.error_code)), job.error_message ? ': ' : '', said(job.error_message ?? '', 2000)] : job.line ? waits(job.line) : []));
    why.hidden = !why.textContent;
    starts.show([...(job.attempts_kept ?? []), ...(job.status === 'running' ? [{ attempt: (job.attempts_kept ?? []).length + 1, daemon_id: job.daemon_id, started_at: job.started_at, outcome: 'running' }] : [])]);
    showProgress(job.progress);
    showBatch(job.batch);
    call.show(job);
  };
  // `wait: for job ID` and `line: group acme has 2 of 2 running`, with links to the jobs.
  const waits = text => {
    const rest = text.replace(/^\w+: (waits )?/, '');
    // Beside `wait:` no text names a job; a group's key may look like one.
    const parts = text.startsWith('wait: ') ? rest.split(/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/) : [rest];
    return [/^for /.test(rest) ? 'Waits ' : 'Waits: ', ...parts.map((part, at) =>
      at % 2 ? el('a', { class: 'm', href: address('job', {}, part) }, part.slice(0, 8)) : said(part))];
  };
  // How far the members of a finisher's batch have come, and the end of the whole.
  const showBatch = one => {
    batch.hidden = !one;
    if (!one) return;
    const reason = refusal(me), isOver = one.phase === 'ended';
    const key = JSON.stringify(one);
    if (batch.dataset.key === key) return;
    batch.dataset.key = key;
    put(batch, [
      el('strong', {}, 'Batch'), el('progress', { 'aria-label': 'Members that have ended', max: one.members || 1, value: one.ended }),
      el('a', { href: address('jobs', { batch: id }) }, `${count(one.ended)} of ${many(one.members, 'member')} ended`), `${count(one.running)} running, ${count(one.failed)} in error`,
      isOver ? null : one.phase === 'cancelling' ? badge('pending', 'cancelling') : one.open ? badge('pending', 'open') : null,
      isOver || !one.open ? null : el('button', { disabled: Boolean(reason), title: reason ?? undefined, onclick: () => change('close') }, 'Close batch'),
      isOver ? null : el('button', { class: 'danger', disabled: Boolean(reason), title: reason ?? undefined, onclick: () => change('cancel') }, 'Cancel batch'),
    ].filter(Boolean));
  };
  const change = async action => {
    const isSure = await confirm({
      title: action === 'cancel' ? 'Cancel the batch?' : 'Close the batch?', total: job.batch.members, isDanger: action === 'cancel', button: action === 'cancel' ? 'Cancel batch' : 'Close batch',
      lines: [el('p', {}, action === 'cancel' ? 'Members that have not ended are cancelled, and this job last.' : 'This job starts once all members have ended.')],
    });
    if (!isSure) return;
    try { await api(`batches/${id}/${action}`, { method: 'POST', body: {} }); } catch (problem) { fault.replaceChildren(problemBox(problem)); return; }
    await again();
  };
  const showProgress = one => {
    line.hidden = !one || isEnded(job);
    if (line.hidden) return;
    const share = one.fraction ?? one.progress ?? null;
    const meter = el('progress', { 'aria-label': 'Progress', max: 1, value: share ?? undefined });
    put(line, (share === null ? [] : [meter, `${Math.round(share * 100)} %`]), said(one.message ?? one.text ?? ''));
  };
  let shown = '';
  const showButtons = () => {
    const reason = refusal(me);
    const can = { cancel: !isEnded(job), resubmit: isEnded(job), redeliver: isEnded(job) && Boolean(job.callback_url) };
    const not = { cancel: 'the job has ended', resubmit: 'the job has not ended', redeliver: job.callback_url ? 'the job has not ended' : 'the job has no callback' };
    const key = JSON.stringify(can);
    if (key === shown) return;
    shown = key;
    buttons.replaceChildren(...[actions[1], actions[2], actions[0]].map(action => el('button', {
      class: action.danger ? 'danger' : undefined, disabled: Boolean(reason) || !can[action.word], title: reason ?? (can[action.word] ? undefined : not[action.word]), onclick: () => run(action),
    }, action.name)), copies(job));
  };
  const again = async () => {
    try { await read(); paint(); fault.replaceChildren(); } catch (problem) { fault.replaceChildren(problemBox(problem)); }
  };
  const run = async action => {
    if (refusal(me)) return;
    const made = await act(action, [job], again);
    if (made?.[0]?.new_job_id) location.hash = address('job', {}, made[0].new_job_id);
  };

  paint();
  await log.read(job).catch(problem => log.fail(problem));
  requestAnimationFrame(() => log.end());
  if (isEnded(job) && job.callback_url) call.read();
  let isAsking = false, unfollow = () => {};
  if (!isEnded(job)) {
    unfollow = live.follow(id, ({ event, data }) => {
      if (event === null) { isAsking = true; return; }
      if (event === 'progress') { job.progress = JSON.parse(data); showProgress(job.progress); }
      else if (event === 'log') log.add(JSON.parse(data));
      else again().then(() => { if (event === 'end') { log.read(job).catch(() => {}); if (job.callback_url) call.read(); } });
    });
  }
  const stop = watch(async () => {
    const was = job.status, pending = job.callback_url && !job.callback_status;
    if (!isEnded(job) || pending) await again(); else paint();
    if (!isEnded(job) && (isAsking || live.state === 'looks') || isEnded(job) && was !== job.status) await log.read(job).catch(() => {});
    if (isEnded(job) && pending) call.read();
  });
  return {
    title: `Job ${id.slice(0, 8)}`, stop() { unfollow(); stop(); },
    node: [el('h1', {}, el('span', {}, 'Job ', el('span', { class: 'm', title: id }, id.slice(0, 8))), state, buttons), fault, why, facts, way, line, batch,
      el('h2', {}, 'Starts'), starts.node, ...log.node, documentPart('Request', id, 'request', me), documentPart('Response', id, 'response', me), ...call.node],
    keys: { r: () => { if (isEnded(job)) run(actions[1]); }, c: () => { if (!isEnded(job)) run(actions[0]); } },
  };
};

// Replaces the kids of a node when their texts have changed.
const fill = (node, kids) => {
  const made = el('div', {}, kids);
  if (made.innerText !== node.innerText && made.textContent !== node.textContent) node.replaceChildren(...made.childNodes);
};

const factsOf = job => {
  const fact = (name, ...value) => el('div', {}, el('dt', {}, name), el('dd', {}, ...value));
  return [
    fact('use case', el('a', { href: address('pipeline', {}, job.use_case ?? '') }, said(job.use_case))), fact('client', said(job.client_id)), fact('request id', said(job.request_id)),
    fact('job id', el('span', { class: 'm' }, job.job_id)), fact('ix id', el('span', { class: 'm' }, said(job.ix_id))),
    fact('failed starts', `${job.attempts} of ${job.max_attempts}`), job.priority ? fact('priority', String(job.priority)) : null,
    job.queue ? fact('queue', el('a', { href: address('queues', { queue: job.queue }) }, said(job.queue)), job.group_key ? [' / ', said(job.group_key)] : '') : null,
    job.run_at ? fact('not before', time(job.run_at)) : null, job.expires_at ? fact('expires', time(job.expires_at)) : null,
    job.resubmit_of ? fact('repeats', el('a', { class: 'm', href: address('job', {}, job.resubmit_of) }, job.resubmit_of.slice(0, 8))) : null,
    job.batch_id ? fact('batch', el('a', { class: 'm', href: address('job', {}, job.batch_id) }, job.batch_id.slice(0, 8))) : null,
    job.trace_id ? fact('trace', job.trace_url ? el('a', { class: 'm', href: job.trace_url, rel: 'noreferrer' }, job.trace_id) : el('span', { class: 'm' }, job.trace_id)) : null,
    job.daemon_id ? fact('daemon', el('a', { class: 'm', href: '#/daemons' }, job.daemon_id.slice(0, 8))) : null,
  ].filter(Boolean);
};

// inserted → start 1 (outcome) → start 2 … → ended → callback
const wayOf = job => {
  const step = (...parts) => el('li', {}, ...parts);
  const kept = job.attempts_kept ?? [];
  const list = [step('inserted ', time(job.created_at))];
  const first = kept[0]?.started_at ?? job.started_at;
  const isWaiting = job.status === 'pending';
  if (first) list.push(step(`waited ${span(between(job.run_at ?? job.created_at, first))}`));
  for (const one of kept) list.push(step(`start ${one.attempt}: `, span(between(one.started_at, one.ended_at)), ', ', said(one.outcome)));
  if (isWaiting) list.push(step(job.run_at && Date.parse(job.run_at) > now() ? ['scheduled for ', time(job.run_at)] : kept.length ? 'waits for another start' : `waits`));
  if (job.status === 'running') list.push(step('runs since ', time(job.started_at)));
  if (isEnded(job)) list.push(step(badge(job.status), ' ', time(job.finished_at)));
  if (job.callback_url && isEnded(job)) list.push(step('callback ', badge(job.callback_status ?? 'due')));
  return list;
};

const attempts = () => new Table('Starts', [
  { head: '#', width: '56px', narrow: '36px', value: one => one.attempt },
  { head: 'daemon', kind: 'm', width: '110px', wide: true, value: one => one.daemon_id, cell: one => one.daemon_id ? one.daemon_id.slice(0, 8) : '–' },
  { head: 'began', value: one => one.started_at, cell: one => time(one.started_at) },
  { head: 'took', kind: 'n', value: one => one.ended_at ? span(between(one.started_at, one.ended_at)) : '…' },
  { head: 'outcome', kind: 'cut', value: one => one.outcome, cell: one => one.outcome === 'running' ? badge('running') : said(one.outcome) },
  { head: 'exit', kind: 'cut', wide: true, value: one => one.exit_status, cell: one => one.exit_status ? said(one.exit_status) : '–' },
], one => one.attempt + '/' + (one.claim_id ?? ''), { empty: 'Not started yet.' });

class Log {
  constructor(id, me) {
    Object.assign(this, { id, me, isFollowed: true, bytes: 0 });
    this.pre = el('pre', { class: 'log', tabindex: '0', role: 'log', 'aria-live': 'off', 'aria-label': 'Log of the job' });
    const toggle = (name, isOn, change) => el('button', { 'aria-pressed': String(isOn), onclick: event => { const on = event.target.getAttribute('aria-pressed') !== 'true'; event.target.setAttribute('aria-pressed', String(on)); change(on); } }, name);
    this.select = el('select', { 'aria-label': 'Log of which start', onchange: () => this.read(this.job).catch(problem => this.fail(problem)) }, el('option', { value: '' }, 'newest start'));
    this.node = [el('h2', {}, 'Log', this.select, toggle('follow', true, on => { this.isFollowed = on; this.end(); }), toggle('wrap', false, on => this.pre.classList.toggle('wrap', on)),
      el('a', { href: `v1/jobs/${id}/log`, download: id + '.log' }, 'download')), this.pre];
  }
  async read(job) {
    this.job = job;
    if (!this.me.documents) { tell(this.pre, 'The token doesn’t show logs.'); return; }
    const kept = (job.attempts_kept ?? []).length;
    while (this.select.options.length - 1 < kept) this.select.append(el('option', { value: job.attempts_kept[this.select.options.length - 1].attempt }, 'start ' + job.attempts_kept[this.select.options.length - 1].attempt));
    const text = await raw(`jobs/${this.id}/log${this.select.value ? '?attempt=' + this.select.value : ''}`);
    this.text = text;
    this.bytes = 0;
    this.paint();
  }
  // A part of the running start's log, which ends at `bytes`. The first part is the end of the log, in place of what was read; a
  // later one may begin with what is there; one that ends before is of another start.
  add({ text, log_bytes: bytes }) {
    if (this.select.value) return;
    const part = new TextEncoder().encode(text), known = this.bytes - (bytes - part.length);
    if (!this.bytes || bytes < this.bytes) this.text = text;
    else if (known >= part.length) return;
    else this.text = (this.text + new TextDecoder().decode(part.subarray(Math.max(0, known)))).slice(-65536);
    this.bytes = bytes;
    this.paint();
  }
  paint() { tell(this.pre, (this.text ?? '').split('\n').map(line => clean(line, 20000)).join('\n') || 'No log.'); this.end(); }
  end() { if (this.isFollowed) this.pre.scrollTop = this.pre.scrollHeight; }
  fail(problem) { tell(this.pre, clean(problem.detail)); }
}

// A document, fetched when it is opened, and kept nowhere else.
const documentPart = (name, id, path, me) => {
  const inside = el('div');
  const node = el('details', {
    async ontoggle() {
      if (!node.open || inside.firstChild) return;
      try {
        if (!me.documents) throw { title: 'Not for this token.', detail: 'The token doesn’t show documents.' };
        const text = await raw(`jobs/${id}/${path}`);
        const button = el('button', { onclick: () => copy(text, button) }, 'copy');
        inside.replaceChildren(el('div', { class: 'row' }, button, el('a', { href: `v1/jobs/${id}/${path}`, download: `${id}.${path}.json` }, 'download')), ...tree(text, name));
      } catch (problem) { node.open = false; inside.replaceChildren(); node.open = true; inside.append(el('p', { class: 'quiet' }, clean(problem.detail))); }
    },
  }, el('summary', {}, name), inside);
  return node;
};

class Callback {
  constructor(id) {
    this.id = id;
    this.title = el('h2', {}, 'Callback');
    this.text = el('p');
    this.table = new Table('Deliveries', [
      { head: 'try', width: '56px', value: one => one.try }, { head: 'when', value: one => one.ended_at, cell: one => time(one.ended_at) },
      { head: 'took', kind: 'n', wide: true, value: one => span(one.seconds) }, { head: 'status', kind: 'n', width: '90px', value: one => one.http_status ?? '–' },
      { head: 'reason', kind: 'cut', value: one => one.reason, cell: one => said(one.reason ?? '–') },
      { head: 'answer', kind: 'cut', wide: true, width: '34%', value: one => one.answer, cell: one => said(one.answer ?? '–', 200) },
    ], one => one.try, { empty: 'Not sent yet.' });
    this.node = [this.title, this.text, this.table.node];
  }
  show(job) {
    for (const part of this.node) part.hidden = !job.callback_url;
    if (!this.callback) fill(this.text, [said(job.callback_url ?? '', 200), isEnded(job) ? '' : ' is told of the end.']);
  }
  async read() {
    try {
      this.callback = await api(`jobs/${this.id}/callback`);
      const one = this.callback;
      fill(this.text, [badge(one.state), ' ', said(one.endpoint), one.due_in_seconds !== null && one.state === 'due' ? `, next try in ${span(one.due_in_seconds)}` : '']);
      this.table.show(one.deliveries ?? []);
    } catch { /* no callback: the job's own part says so */ }
  }
}

const copies = job => el('select', {
  'aria-label': 'Copy', onchange(event) {
    const what = event.target.value;
    event.target.value = '';
    copy({
      id: job.job_id, json: JSON.stringify(job, null, 1), ixctl: `ixctl get ${job.job_id}`, curl: `curl -H @http-token '${new URL('v1/jobs/' + job.job_id, document.baseURI)}'`,
    }[what]);
  },
}, el('option', { value: '' }, 'Copy…'), [['id', 'job id'], ['json', 'JSON'], ['ixctl', 'ixctl line'], ['curl', 'curl line']].map(([value, text]) => el('option', { value }, text)));
