// Activity: who did what? Every change but an enqueue, newest first.
import { api, count, el, problemBox, put, said, Table, time } from './kit.js';
import { watch } from './live.js';
import { address } from './ix.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;
const ofJobs = new Set(['cancel', 'resubmit', 'redeliver', 'erase']);
const target = row => row.filter && !ofJobs.has(row.action) ? said([row.target, ...Object.entries(row.filter).map(([name, value]) => `${name}:${value}`)].filter(Boolean).join(' '))
  : row.filter ? el('a', { href: address('jobs', row.filter) }, said(Object.entries(row.filter).map(([name, value]) => `${name}:${value}`).join(' ') || 'every job'))
  : row.target && uuid.test(row.target) && ofJobs.has(row.action) ? el('a', { class: 'm', href: address('job', {}, row.target) }, row.target.slice(0, 8)) : said(row.target ?? '–');

export default async () => {
  const table = new Table('Activity', [
    { head: 'when', width: '150px', narrow: '84px', value: row => row.at, cell: row => time(row.at) },
    { head: 'who', kind: 'cut', value: row => row.actor, cell: row => said(row.actor) },
    { head: 'role', wide: true, width: '96px', value: row => row.role, cell: row => said(row.role) },
    { head: 'did', width: '140px', value: row => row.action, cell: row => said(row.action.replaceAll('_', ' ')) },
    { head: 'to what', kind: 'cut', width: '30%', cell: target },
    { head: 'how many', kind: 'n', wide: true, width: '112px', value: row => row.count, cell: row => count(row.count) },
    { head: 'from', kind: 'cut', wide: true, value: row => row.address, cell: row => said(row.address ?? 'command line') },
  ], row => row.audit_id, { empty: 'Nothing has been changed yet.' });
  const fault = el('div'), more = el('div', { class: 'more' });
  let listed = [], next = null;
  const paint = () => {
    table.show(listed);
    put(more, el('span', { class: 'quiet' }, `${count(listed.length)} shown.`), next ? el('button', { onclick: goOn }, 'Go on') : '');
  };
  const goOn = async () => {
    try {
      const page = await api('audit?limit=50&after=' + next);
      listed = [...listed, ...page.entries];
      next = page.next;
      fault.replaceChildren();
      paint();
    } catch (problem) { fault.replaceChildren(problemBox(problem)); }
  };
  const page = await api('audit?limit=50');
  [listed, next] = [page.entries, page.next];
  paint();
  const stop = watch(async how => {
    try {
      const first = await api('audit?limit=50', how);
      const known = new Set(listed.map(row => row.audit_id));
      listed = [...first.entries.filter(row => !known.has(row.audit_id)), ...listed];
      fault.replaceChildren();
      paint();
    } catch (problem) { fault.replaceChildren(problemBox(problem)); }
  });
  return { title: 'Activity', stop, node: [el('h1', {}, 'Activity'), fault, table.node, more] };
};
