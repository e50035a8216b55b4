// Jobs: a list by filters, newest first. A listed row keeps its position; new jobs wait behind a button.
import { api, badge, count, el, many, moment, now, Problem, problemBox, put, refusal, said, span, Table, time, who } from './kit.js';
import { watch } from './live.js';
import { act, actions, actAll } from './act.js';
import { address, place } from './ix.js';

const names = ['status', 'client_id', 'use_case', 'queue', 'group', 'batch', 'schedule', 'error_code', 'callback_status', 'daemon_id', 'resubmit_of', 'older_than', 'newer_than', 'created_after', 'created_before'];
const statuses = ['pending', 'running', 'done', 'error'];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const limit = 50;

// The search bar's text: `name:value` with quotes around blanks; a bare job_id or request_id leads to its job.
export const find = async text => {
  const filter = {}, bare = [];
  for (const part of text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []) {
    const cut = part.indexOf(':');
    const name = cut > 0 && part.slice(0, cut);
    if (names.includes(name)) {
      const value = part.slice(cut + 1);
      // Quotes around the whole only hold it together; the server reads those that keep a comma.
      filter[name] = /^"[^",]*"$/.test(value) ? value.slice(1, -1) : value;
    } else bare.push(part.replace(/^"|"$/g, ''));
  }
  if (!bare.length) { location.hash = address('jobs', filter); return; }
  if (uuid.test(bare[0])) { location.hash = address('job', {}, bare[0].toLowerCase()); return; }
  const client = filter.client_id ?? (await who()).client_id;
  const query = new URLSearchParams({ ...(client ? { client_id: client } : {}), request_id: bare.join(' ') });
  if (!client) { location.hash = address('jobs', { ...filter, find: bare.join(' ') }); return; }
  try { location.hash = address('job', {}, (await api('jobs/lookup?' + query)).job_id); }
  catch (problem) { location.hash = address('jobs', { ...filter, find: bare.join(' ') }); }
};

export const filterOf = params => Object.fromEntries(names.filter(name => params.get(name)).map(name => [name, params.get(name)]));
export const age = job => job.created_at ? (now() - Date.parse(job.created_at)) / 1000 : null;
const isEnded = job => job.status === 'done' || job.status === 'error';

export const columns = [
  { head: 'status', width: '104px', narrow: '94px', value: job => job.status, cell: job => badge(job.status) },
  { head: 'job', kind: 'm', width: '92px', narrow: '78px', cell: job => el('a', { href: address('job', {}, job.job_id), title: job.job_id }, job.job_id.slice(0, 8)) },
  { head: 'use case', kind: 'cut', wide: true, value: job => job.use_case, cell: job => said(job.use_case) },
  { head: 'client', kind: 'cut', wide: true, value: job => job.client_id, cell: job => said(job.client_id) },
  { head: 'request id', kind: 'cut', wide: true, value: job => job.request_id, cell: job => said(job.request_id) },
  { head: 'age', kind: 'n', width: '96px', narrow: '66px', value: job => span(age(job)), cell: job => el('time', { datetime: job.created_at, title: moment(job.created_at, true) }, span(age(job))) },
  { head: 'failed starts', kind: 'n', width: '124px', wide: true, value: job => `${job.attempts}/${job.max_attempts}` },
  { head: 'why', kind: 'cut', width: '30%', value: job => [job.error_code, job.error_message, job.callback_status, job.line].join(), cell: job => why(job) },
];
const why = job => job.error_code ? [said(job.error_code), job.error_message ? ': ' : '', job.error_message ? said(job.error_message, 200) : ''] : job.line ? said(job.line) : job.callback_status === 'failed' ? 'callback given up' : '';

export default async ({ params, set }) => {
  const me = await who();
  const picked = new Set();
  const state = { filter: filterOf(params), next: null, listed: new Map(), fresh: [], at: null };
  const box = job => el('input', {
    type: 'checkbox', 'aria-label': 'Select job ' + job.job_id.slice(0, 8), ...(picked.has(job.job_id) && { checked: true }),
    onchange: event => { event.target.checked ? picked.add(job.job_id) : picked.delete(job.job_id); chosen(); },
  });
  const table = new Table('Jobs', [{ head: el('span', { class: 'unseen' }, 'Select'), width: '44px', narrow: '36px', cell: box }, ...columns], job => job.job_id, {
    empty: 'No job matches. Take a filter away, or make a first one: ixctl enqueue echo',
    mark: (row, job) => row.setAttribute('aria-selected', String(picked.has(job.job_id))),
  });
  const fault = el('div'), fresh = el('div', { class: 'fresh' }), more = el('div', { class: 'more' }), bar = el('div', { class: 'row' });

  const query = extra => 'jobs?' + new URLSearchParams({ ...state.filter, limit, ...extra });
  const search = async () => {
    const page = await api(query());
    state.listed = new Map(page.jobs.map(job => [job.job_id, job]));
    Object.assign(state, { fresh: [], next: page.next, to: page.searched_to });
    table.show(page.jobs);
    paint();
  };
  const goOn = async () => {
    const page = await api(query({ after: state.next }));
    for (const job of page.jobs) state.listed.set(job.job_id, job);
    Object.assign(state, { next: page.next, to: page.searched_to });
    table.add(page.jobs);
    paint();
  };
  const guarded = work => async how => {
    try { await work(how); fault.replaceChildren(); } catch (problem) { fault.replaceChildren(problemBox(problem)); }
  };
  // Renews listed rows where they stand, and counts those that came.
  let looked = 0;
  const renew = guarded(async how => {
    const page = await api(query(), how);
    const seen = new Set(page.jobs.map(job => job.job_id));
    for (const job of page.jobs) {
      if (state.listed.has(job.job_id)) { state.listed.set(job.job_id, job); table.put(job); }
    }
    state.fresh = page.jobs.filter(job => !state.listed.has(job.job_id) && !isOlder(job));
    // Rows that new jobs have pushed off the first page are asked for one by one, and so not at each look.
    const isTime = !how || now() - looked > 15e3;
    if (isTime) looked = now();
    const rest = isTime ? [...state.listed.values()].filter(job => !seen.has(job.job_id) && !isEnded(job)).slice(0, 10) : [];
    await Promise.all(rest.map(async job => {
      const now = await api('jobs/' + job.job_id).catch(problem => { if (problem.status === 404) return { ...job, status: 'done' }; throw problem; });
      state.listed.set(job.job_id, now);
      table.put(now);
    }));
    // Ages alone change in all other rows.
    for (const job of state.listed.values()) table.put(job);
    paint();
  });
  const isOlder = job => { const last = [...state.listed.values()].at(-1); return last && state.next && job.created_at < last.created_at; };
  const showFresh = () => guarded(search)();

  const paint = () => {
    const total = state.fresh.length;
    const text = total ? `${total === limit ? limit + ' or more' : count(total)} new ${total === 1 ? 'job' : 'jobs'} · show (n)` : '';
    if (fresh.textContent !== text) fresh.replaceChildren(...(text ? [el('button', { onclick: showFresh }, text)] : []));
    put(more,
      el('span', { class: 'quiet' }, state.next ? `Searched back to ${moment(state.to, true)}, ${many(state.listed.size, 'job')} shown.` : `${many(state.listed.size, 'job')}; there are no older ones.`),
      ...(state.next ? [el('button', { onclick: guarded(goOn) }, 'Go on')] : []));
    chosen();
  };
  const chosen = () => {
    for (const [key, { row, cells }] of table.rows) {
      row.setAttribute('aria-selected', String(picked.has(key)));
      cells[0].firstChild.checked = picked.has(key);
    }
    const lines = actions.map(action => {
      const reason = !picked.size ? 'select jobs first' : refusal(me, false);
      return el('button', { class: action.danger ? 'danger' : undefined, disabled: Boolean(reason), title: reason ?? undefined, onclick: () => run(action) }, action.name);
    });
    const reason = refusal(me, true);
    put(bar, el('span', { class: 'quiet' }, picked.size ? many(picked.size, 'job') + ' selected:' : 'Selected jobs:'), ...lines,
      el('select', {
        'aria-label': 'Change all jobs that match the filter', disabled: Boolean(reason), title: reason ?? undefined,
        onchange: event => { const action = actions[event.target.value]; event.target.value = ''; if (action) actAll(action, state.filter, renew); },
      }, el('option', { value: '' }, reason ? `all matching… (${reason})` : 'all matching…'), ...actions.map((action, at) => el('option', { value: at }, action.name + ' all matching…'))));
  };
  const run = action => act(action, [...picked].map(id => state.listed.get(id) ?? { job_id: id }), renew);

  const filters = new Filters(set);
  const change = async next => {
    state.filter = filterOf(next);
    const same = next.get('find');
    picked.clear();
    filters.show(state.filter);
    await guarded(search)();
    if (same) fault.replaceChildren(problemBox(new Problem(404, { title: 'No job was found by this text.', detail: `“${same}” is no job_id. A request_id leads to its job beside its client: client_id:shop ${same}` })));
  };
  await change(params);
  if (fault.firstChild && !params.get('find') && !state.listed.size) bar.hidden = true;
  const stop = watch(renew);

  let at = -1;
  const move = by => {
    const rows = [...table.body.children];
    rows[at]?.classList.remove('at');
    at = Math.max(0, Math.min(rows.length - 1, at + by));
    rows[at]?.classList.add('at');
    rows[at]?.querySelector('a')?.focus();
    rows[at]?.scrollIntoView({ block: 'nearest' });
  };
  const here = () => table.body.children[at]?.dataset.key;
  return {
    title: 'Jobs', stop, change,
    node: [el('h1', {}, 'Jobs'), filters.node, fault, el('div', { class: 'tools' }, bar, fresh), table.node, more],
    keys: {
      j: () => move(1), k: () => move(-1), n: showFresh,
      x: () => { const key = here(); if (!key) return; picked.has(key) ? picked.delete(key) : picked.add(key); chosen(); },
      o: () => { const key = here(); if (key) location.hash = address('job', {}, key); },
      r: () => { if (picked.size && !refusal(me)) run(actions[1]); }, c: () => { if (picked.size && !refusal(me)) run(actions[0]); },
    },
  };
};

class Filters {
  constructor(set) {
    this.buttons = statuses.map(status => el('button', {
      'aria-pressed': 'false',
      onclick: () => {
        const on = new Set((place().params.get('status') ?? '').split(',').filter(Boolean));
        on.has(status) ? on.delete(status) : on.add(status);
        set({ status: [...on].join(',') });
      },
    }, badge(status)));
    this.fields = Object.fromEntries([['use_case', 'use case'], ['client_id', 'client'], ['error_code', 'code']].map(([name, label]) => [name,
      el('input', { size: 12, 'aria-label': label, placeholder: label, spellcheck: 'false', onchange: event => set({ [name]: event.target.value.trim() }) })]));
    this.since = el('select', { 'aria-label': 'Age', onchange: event => set({ newer_than: event.target.value, created_after: '', created_before: '' }) },
      [['', 'any age'], ['15m', 'last 15 min'], ['1h', 'last hour'], ['24h', 'last 24 h'], ['7d', 'last 7 days']].map(([value, text]) => el('option', { value }, text)));
    this.rest = el('span', { class: 'row' });
    this.node = el('div', { class: 'row', role: 'group', 'aria-label': 'Filters' }, this.buttons, Object.values(this.fields), this.since, this.rest);
    this.set = set;
  }
  show(filter) {
    const on = (filter.status ?? '').split(',');
    this.buttons.forEach((button, at) => button.setAttribute('aria-pressed', String(on.includes(statuses[at]))));
    for (const [name, field] of Object.entries(this.fields)) field.value = filter[name] ?? '';
    this.since.value = filter.newer_than ?? '';
    const own = ['status', 'use_case', 'client_id', 'error_code'];
    const rest = Object.entries(filter).filter(([name, value]) => !own.includes(name) && !(name === 'newer_than' && this.since.value === value));
    this.rest.replaceChildren(
      ...rest.map(([name, value]) => el('button', { title: 'Take this filter away', onclick: () => this.set({ [name]: '' }) }, said(`${name}:${value}`), ' ✕')),
      ...(Object.keys(filter).length ? [el('a', { href: '#/jobs' }, 'all jobs')] : []));
  }
}
