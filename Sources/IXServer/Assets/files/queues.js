// Queues: which lines are there, what holds them, who stands in them?
import { api, badge, count, el, many, problemBox, said, span, Table, time, who } from './kit.js';
import { watch } from './live.js';
import { confirm } from './dialog.js';
import { address } from './ix.js';

const rate = (number, seconds) => number === null || number === undefined ? '–' : `${count(number)} in ${span(seconds ?? 1)}`;
const holds = row => row.paused_at ? 'paused' : !row.waiting ? 'free' : row.concurrency !== null && row.places >= row.concurrency ? 'full' : 'line';
const words = { paused: () => badge('paused', 'paused'), free: () => badge('done', 'free'), full: () => badge('warn', 'at its limit'), line: () => badge('pending', 'jobs in line') };

export default async ({ params, set }) => {
  const me = await who();
  const fault = el('div'), groupPart = el('div');
  let open = params.get('queue');
  const reason = me.role === 'operator' ? null : 'needs operator';
  const change = async (path, body, read) => {
    try { await api(path, { method: 'POST', body }); fault.replaceChildren(); } catch (problem) { fault.replaceChildren(problemBox(problem)); }
    await read();
  };
  const pause = async (queue, group, isPaused, waiting) => {
    const name = group === undefined ? `queue ${queue}` : `group ${group} of queue ${queue}`;
    const isSure = await confirm({
      title: `${isPaused ? 'Resume' : 'Pause'} ${name}?`, total: 1, isDanger: !isPaused, button: isPaused ? 'Resume' : 'Pause',
      lines: [el('p', {}, isPaused ? `${many(waiting, 'job')} in line may start, within the limits.` : `${many(waiting, 'job')} in line, and those to come, wait until it is resumed. Jobs that run go on.`)],
    });
    if (isSure) await change(`queues/${encodeURIComponent(queue)}/${isPaused ? 'resume' : 'pause'}`, group === undefined ? {} : { group_key: group }, read);
  };
  const limit = async row => {
    const field = el('input', { type: 'number', min: 0, max: 1000000, size: 8, value: row.concurrency ?? '', placeholder: 'no limit' });
    const per = el('input', { type: 'number', min: 0, max: 1000000, size: 8, value: row.group_concurrency ?? '', placeholder: 'no limit' });
    // A setting of a configuration file is changed there alone.
    const files = row.file_keys ?? {};
    for (const [one, key] of [[field, 'concurrency'], [per, 'group_concurrency']]) {
      if (!files[key]) continue;
      one.disabled = true;
      one.title = `set by ${files[key].file} of host ${files[key].host}`;
    }
    const isSure = await confirm({
      title: `Limits of queue ${row.queue}`, total: 1, button: 'Set', lines: [
        el('p', {}, 'Jobs that run at a time, over all daemons. An empty field is no limit.'),
        el('div', { class: 'row' }, el('label', {}, 'of the queue', field), el('label', {}, 'of each group', per))],
    });
    const value = one => one.value === '' ? null : Number(one.value);
    const body = Object.fromEntries([['concurrency', field], ['group_concurrency', per]].filter(([, one]) => !one.disabled).map(([key, one]) => [key, value(one)]));
    if (isSure) await change(`queues/${encodeURIComponent(row.queue)}`, body, read);
  };
  const button = (text, run) => el('button', { disabled: Boolean(reason), title: reason ?? undefined, onclick: run }, text);

  const table = new Table('Queues', [
    { head: 'queue', width: '18%', narrow: '34%', kind: 'cut', value: row => row.queue, cell: row => el('a', { href: address('queues', { queue: row.queue }) }, said(row.queue)) },
    { head: 'state', width: '132px', narrow: '106px', value: row => holds(row), cell: row => words[holds(row)]() },
    { head: 'in line', kind: 'n', value: row => row.waiting, cell: row => count(row.waiting) + (row.waiting >= 10000 ? '+' : '') },
    { head: 'run / limit', kind: 'n', wide: true, value: row => `${count(row.places)} / ${row.concurrency ?? '∞'}` },
    { head: 'per group', kind: 'n', wide: true, value: row => row.group_concurrency ?? '∞' },
    { head: 'rate', kind: 'n', wide: true, value: row => rate(row.rate, row.rate_seconds) },
    { head: 'group rate', kind: 'n', wide: true, value: row => rate(row.group_rate, row.group_rate_seconds) },
    { head: 'order', wide: true, value: row => row.strict ? 'strict' : 'free' },
    { head: 'change', width: '190px', narrow: '92px', kind: 'acts', value: row => [row.paused_at, row.waiting, row.concurrency, row.group_concurrency].join(), cell: row => [button(row.paused_at ? 'Resume…' : 'Pause…', () => pause(row.queue, undefined, row.paused_at, row.waiting)), ' ', button('Limits…', () => limit(row))] },
  ], row => row.queue, { empty: 'No queue with limits yet. ixctl queue set NAME concurrency=4 makes one; a job names it by queue.' });
  const groups = new Table('Groups', [
    { head: 'group', width: '34%', kind: 'cut', value: row => row.group_key, cell: row => said(row.group_key) },
    { head: 'state', width: '132px', narrow: '84px', value: row => row.paused_at, cell: row => row.paused_at ? badge('paused', 'paused') : row.waiting ? badge('pending', 'in line') : badge('done', 'free') },
    { head: 'in line', kind: 'n', value: row => row.waiting, cell: row => count(row.waiting) },
    { head: 'run / limit', kind: 'n', wide: true, value: row => `${count(row.places)} / ${row.concurrency ?? 'the queue’s'}` },
    { head: 'change', width: '110px', value: row => [row.paused_at, row.waiting].join(), cell: row => button(row.paused_at ? 'Resume…' : 'Pause…', () => pause(open, row.group_key, row.paused_at, row.waiting)) },
  ], row => row.group_key, { empty: 'No group of this queue waits or runs.' });

  const read = async how => {
    const { queues } = await api('queues', how);
    table.show(queues);
    if (open) groups.show((await api('groups?' + new URLSearchParams({ queue: open, limit: 100 }), how)).groups);
    const text = open ?? '';
    if (groupPart.dataset.open !== text) {
      groupPart.dataset.open = text;
      groupPart.replaceChildren(...(open ? [el('h2', {}, el('span', {}, 'Groups of ', said(open)), el('a', { href: address('jobs', { status: 'pending', queue: /[",]/.test(open) ? `"${open}"` : open }) }, 'waiting jobs')), groups.node] : []));
    }
  };
  const look = async how => { try { await read(how); fault.replaceChildren(); } catch (problem) { fault.replaceChildren(problemBox(problem)); } };
  await read();
  return {
    title: 'Queues', stop: watch(look), change(next) { open = next.get('queue'); return look(); },
    node: [el('h1', {}, 'Queues'), el('p', { class: 'quiet' }, 'Lines in which jobs wait for their turn, across all daemons. A job without a queue waits for a free worker alone.'), fault, table.node, groupPart],
  };
};
