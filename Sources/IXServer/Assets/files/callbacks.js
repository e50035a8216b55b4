// Callbacks: who has not been told of a job's end, and why?
import { api, badge, count, el, many, now, problemBox, put, refusal, said, span, Table, time, who } from './kit.js';
import { watch } from './live.js';
import { act, actAll, actions } from './act.js';
import { address } from './ix.js';

const states = ['due', 'failed', 'delivered'];

export default async ({ params, set }) => {
  const me = await who();
  const filter = next => Object.fromEntries(['state', 'client_id', 'endpoint'].filter(name => next.get(name)).map(name => [name, next.get(name)]));
  let own = filter(params), after = null;
  const endpoints = new Table('Receivers', [
    { head: 'receiver', width: '40%', kind: 'cut', value: row => row.endpoint, cell: row => el('button', { onclick: () => set({ endpoint: row.endpoint }) }, said(row.endpoint)) },
    { head: 'due', kind: 'n', value: row => row.due, cell: row => count(row.due) },
    { head: 'retrying', kind: 'n', wide: true, value: row => row.retrying, cell: row => count(row.retrying) },
    { head: 'failed', kind: 'n', value: row => row.failed, cell: row => count(row.failed) },
    { head: 'state', wide: true, width: '24%', value: row => row.closed_by.length, cell: row => row.closed_by.length ? badge('error', `closed on ${many(row.closed_by.length, 'daemon')}`) : badge('done', 'open') },
  ], row => row.endpoint, { empty: 'No receiver has a callback that is due or failed.' });
  const table = new Table('Callbacks', [
    { head: 'state', width: '116px', narrow: '98px', value: row => row.state + row.sending, cell: row => row.sending ? badge('running', 'sending') : badge(row.state) },
    { head: 'job', kind: 'm', width: '92px', narrow: '78px', cell: row => el('a', { href: address('job', {}, row.job_id) }, row.job_id.slice(0, 8)) },
    { head: 'client', kind: 'cut', wide: true, value: row => row.client_id, cell: row => said(row.client_id) },
    { head: 'receiver', kind: 'cut', width: '30%', value: row => row.endpoint, cell: row => said(row.endpoint) },
    { head: 'tries', kind: 'n', width: '70px', wide: true, value: row => row.tries },
    { head: 'job ended', wide: true, value: row => row.ended_at, cell: row => time(row.ended_at) },
    { head: 'next try', kind: 'n', wide: true, value: row => row.state === 'due' ? row.due_in_seconds > 0 ? 'in ' + span(row.due_in_seconds) : 'now' : '–' },
    { head: el('span', { class: 'unseen' }, 'change'), width: '116px', narrow: '104px', value: row => row.state, cell: row => row.state === 'delivered' ? '' : el('button', { disabled: Boolean(refusal(me)), title: refusal(me) ?? undefined, onclick: () => act(actions[2], [row], read) }, 'Redeliver…') },
  ], row => row.job_id, { empty: 'No callback is due or failed.' });
  const buttons = states.map(state => el('button', { 'aria-pressed': 'false', onclick: () => set({ state: own.state === state ? '' : state }) }, badge(state)));
  const chosen = el('span', { class: 'row' }), more = el('div', { class: 'more' }), fault = el('div');
  const reason = refusal(me, true);
  const all = el('button', { disabled: Boolean(reason), title: reason ?? undefined, onclick: () => actAll(actions[2], { callback_status: 'failed', ...(own.client_id ? { client_id: own.client_id } : {}) }, read) }, 'Redeliver all failed…');
  const read = async how => {
    try {
      const [page, receivers] = await Promise.all([api('callbacks?' + new URLSearchParams({ ...own, limit: 50 }), how), api('endpoints', how)]);
      endpoints.showInPlace(receivers.endpoints);
      table.show(page.callbacks);
      after = page.next;
      fault.replaceChildren();
      paint();
    } catch (problem) { fault.replaceChildren(problemBox(problem)); if (problem.status === 403) throw problem; }
  };
  const goOn = async () => {
    const page = await api('callbacks?' + new URLSearchParams({ ...own, limit: 50, after })).catch(problem => { fault.replaceChildren(problemBox(problem)); });
    if (!page) return;
    table.add(page.callbacks);
    after = page.next;
    paint();
  };
  const paint = () => {
    buttons.forEach((button, at) => button.setAttribute('aria-pressed', String(own.state === states[at])));
    put(chosen, ['endpoint', 'client_id'].filter(name => own[name]).map(name => el('button', { 'data-name': name, title: 'Take this filter away', onclick: () => set({ [name]: '' }) }, said(own[name]), ' ✕')));
    put(more, el('span', { class: 'quiet' }, many(table.rows.size, 'callback') + ' shown.'), after ? el('button', { onclick: goOn }, 'Go on') : '');
  };
  await read();
  return {
    title: 'Callbacks', change(next) { own = filter(next); return read(); },
    // A list that was gone on with stays as it is; the first page renews itself.
    stop: watch(how => table.rows.size > 50 ? null : read(how)),
    node: [el('h1', {}, 'Callbacks'), fault, el('h2', {}, 'Receivers'), endpoints.node, el('h2', {}, 'Callbacks'),
      el('div', { class: 'row' }, buttons, chosen, all), table.node, more],
  };
};
