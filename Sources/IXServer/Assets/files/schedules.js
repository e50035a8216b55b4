// Schedules: what fires next, what has fired, and what can't?
import { api, badge, el, problemBox, said, Table, time, who } from './kit.js';
import { watch } from './live.js';
import { confirm } from './dialog.js';
import { address } from './ix.js';

const stateOf = row => row.paused_at ? (row.paused_reason ? 'halted' : 'paused') : row.is_over ? 'over' : row.next_at ? 'on' : 'new';
const words = { on: () => badge('done', 'on'), new: () => badge('pending', 'not planned'), over: () => badge('pending', 'over'), paused: () => badge('paused', 'paused'), halted: () => badge('error', 'halted') };
const rule = row => row.cron ? row.cron + (row.time_zone === 'UTC' ? '' : ' ' + row.time_zone) : `every ${row.every_seconds} s`;
const encoded = name => encodeURIComponent(name);

export default async ({ params, set }) => {
  const me = await who();
  const fault = el('div'), part = el('div');
  let open = params.get('schedule');
  const reason = me.role === 'operator' ? null : 'needs operator';
  const change = async (name, verb) => {
    try { await api(`schedules/${encoded(name)}/${verb}`, { method: 'POST', body: {} }); fault.replaceChildren(); } catch (problem) { fault.replaceChildren(problemBox(problem)); }
    await read();
  };
  const ask = async (row, verb, text, isDanger) => {
    const title = `${verb[0].toUpperCase()}${verb.slice(1)} schedule ${row.name}?`;
    if (await confirm({ title, total: 1, isDanger, button: title.split(' ')[0], lines: [el('p', {}, text)] })) await change(row.name, verb);
  };
  const button = (text, run) => el('button', { disabled: Boolean(reason), title: reason ?? undefined, onclick: run }, text);
  const acts = row => [
    row.paused_at
      ? button('Resume…', () => ask(row, 'resume', 'It goes on with its next moment; those of the pause do not come again.', false))
      : button('Pause…', () => ask(row, 'pause', 'It inserts no job until it is resumed. Jobs that are there go on.', true)),
    ' ', button('Fire…', () => ask(row, 'fire', 'Its job is inserted at once, whatever its moments, a pause, or a job that runs.', false)),
  ];
  const table = new Table('Schedules', [
    { head: 'schedule', width: '18%', narrow: '34%', kind: 'cut', value: row => row.name, cell: row => el('a', { href: address('schedules', { schedule: row.name }) }, said(row.name)) },
    { head: 'state', width: '132px', narrow: '106px', value: row => stateOf(row), cell: row => words[stateOf(row)]() },
    { head: 'rule', width: '20%', wide: true, kind: 'cut', value: row => rule(row), cell: row => said(rule(row)) },
    { head: 'use case', wide: true, kind: 'cut', value: row => row.use_case, cell: row => said(row.use_case ?? '–') },
    { head: 'next', value: row => row.next_at, cell: row => row.next_at && !row.paused_at ? time(row.next_at) : '–' },
    { head: 'last', wide: true, value: row => row.last_at, cell: row => row.last_at ? time(row.last_at) : '–' },
    { head: 'last job', wide: true, value: row => [row.last_job, row.last_status].join(), cell: row => row.last_job ? el('a', { href: address('job', undefined, row.last_job) }, row.last_status ? badge(row.last_status) : 'job') : '–' },
    { head: 'change', width: '190px', narrow: '92px', kind: 'acts', value: row => row.paused_at, cell: acts },
  ], row => row.name, { empty: 'No schedule yet. ixctl schedule set NAME USE-CASE --cron \'30 2 * * *\' makes one.' });
  const moments = new Table('Next moments', [
    { head: 'as the zone’s clock shows it', width: '50%', value: row => row.local },
    { head: 'UTC', value: row => row.at, cell: row => row.at.slice(0, 19) + 'Z' },
  ], row => row.at, { empty: 'No moment comes.' });

  const readOpen = async how => {
    if (!open) { part.replaceChildren(); part.dataset.open = ''; return; }
    const [one, next] = await Promise.all([api('schedules/' + encoded(open), how), api(`schedules/${encoded(open)}/next?count=5`, how).catch(() => ({ moments: [] }))]);
    moments.show(next.moments);
    const text = [open, one.version, one.paused_at, one.paused_reason, one.last_job].join();
    if (part.dataset.open === text) return;
    part.dataset.open = text;
    const facts = [
      one.paused_reason ? el('p', {}, badge('error', 'halted'), ' A daemon paused it: ', said(one.paused_reason), '. A change lets it go on.') : null,
      one.origin ? el('p', { class: 'quiet' }, 'Set by ', said(`${one.origin.file} of host ${one.origin.host}`), '.') : null,
      el('p', { class: 'quiet' }, 'Missed moments: ', one.missed === 'last' ? 'the newest fires' : 'none fires', '. While the last job has not ended: ', { allow: 'another starts', skip: 'the moment is skipped', replace: 'the job is cancelled' }[one.overlap] ?? '', '.'),
    ];
    part.replaceChildren(el('h2', {}, el('span', {}, 'Schedule ', said(open)), el('a', { href: address('jobs', { schedule: `"${open}"` }) }, 'its jobs')), ...facts.filter(Boolean), moments.node);
  };
  const read = async how => {
    const answer = await api('schedules?limit=500', how);
    table.show(answer.schedules);
    await readOpen(how);
  };
  const look = async how => { try { await read(how); fault.replaceChildren(); } catch (problem) { fault.replaceChildren(problemBox(problem)); } };
  await look();
  return {
    title: 'Schedules', stop: watch(look), change(next) { open = next.get('schedule'); return look(); },
    node: [el('h1', {}, 'Schedules'), el('p', { class: 'quiet' }, 'Rules that insert jobs at their moments, each moment once, by any daemon.'), fault, table.node, part],
  };
};
