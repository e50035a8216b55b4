// Pipelines: does mine keep up, and why does it take nothing? A list of all, and one by its name.
import { api, badge, count, el, now, put, quantile, said, span, Table, who } from './kit.js';
import { live, watch } from './live.js';
import { columns } from './jobs.js';
import { gathered, since } from './home.js';
import { address } from './ix.js';

const steps = { '1h': [3600, 60], '24h': [86400, 3600], '30d': [30 * 86400, 86400] };

export default async context => context.name === 'pipeline' ? one(context) : all();

const read = async how => {
  const me = await who();
  const { pipelines } = await api('pipelines', how);
  if (me.client_id) return { pipelines, stats: null };
  return { pipelines, stats: live.state === 'live' && live.stats ? live.stats : await api('stats', how) };
};
const breakers = (stats, name) => (stats?.daemons ?? []).flatMap(daemon => daemon.open_breakers.filter(one => one.pipeline === name).map(one => ({ host: daemon.host, reason: one.reason, since: one.since })));

const all = async () => {
  const table = new Table('Pipelines', [
    { head: 'pipeline', width: '20%', narrow: '30%', value: row => row.name, cell: row => el('a', { href: address('pipeline', {}, row.name) }, said(row.name)) },
    { head: 'kind', width: '90px', wide: true, value: row => row.kind, cell: row => said(row.kind) },
    { head: 'running / limit', kind: 'n', wide: true, value: row => row.running === undefined ? '–' : `${count(row.running)} / ${row.concurrency ?? '∞'}` },
    { head: 'due', kind: 'n', value: row => row.due, cell: row => count(row.due) },
    { head: 'scheduled', kind: 'n', wide: true, value: row => row.scheduled, cell: row => count(row.scheduled) },
    { head: 'oldest', kind: 'n', value: row => span(row.oldest_due_seconds) },
    { head: 'breaker', width: '38%', kind: 'cut', value: row => JSON.stringify(row.open), cell: row => row.open.length ? [badge('error', 'open'), ' on ', said(row.open[0].host), ': ', said(row.open[0].reason, 120)] : badge('done', 'closed') },
  ], row => row.name, { empty: 'This daemon has no pipeline yet. A section [pipelines.NAME] in its configuration makes one.' });
  const look = async how => {
    const { pipelines, stats } = await read(how);
    table.show(pipelines.map(row => ({ ...row, open: breakers(stats, row.name) })));
  };
  await look();
  return { title: 'Pipelines', node: [el('h1', {}, 'Pipelines'), el('p', { class: 'quiet' }, 'Those of the daemon that serves this page, with the counts of the whole queue.'), table.node], stop: watch(look) };
};

const one = async ({ id, params, set }) => {
  const me = await who();
  const head = el('p'), table = el('dl', { class: 'facts' });
  const errors = new Table('Errors by code', [
    { head: 'code', value: row => row.code, cell: row => el('a', { href: address('jobs', { status: 'error', error_code: row.code, use_case: id }) }, said(row.code)) },
    { head: 'count', kind: 'n', width: '140px', value: row => row.count, cell: row => count(row.count) }], row => row.code, { empty: 'None in this span.' });
  const newest = new Table('Newest jobs', columns, job => job.job_id, { empty: 'No job yet.' });
  let part = params.get('span') ?? '1h';
  const pick = el('span', { class: 'row', role: 'group', 'aria-label': 'Span' }, Object.keys(steps).map(name => el('button', { 'aria-pressed': String(name === part), onclick: () => set({ span: name }) }, name.replace(/(\d)([a-z])/, '$1 $2'))));
  const look = async how => {
    const [length, step] = steps[part] ?? steps['1h'];
    const from = new Date(now() - length * 1000).toISOString().slice(0, 16) + ':00Z';
    const [{ pipelines, stats }, past, jobs] = await Promise.all([
      read(how), me.client_id ? { buckets: [] } : api('history?' + new URLSearchParams({ use_case: id, step, from }), how), api('jobs?' + new URLSearchParams({ use_case: /[",]/.test(id) ? `"${id}"` : id, limit: 15 }), how)]);
    const own = pipelines.find(row => row.name === id);
    const level = stats?.use_cases.find(row => row.use_case === id);
    const open = breakers(stats, id);
    const isServed = stats?.daemons.some(daemon => !daemon.serves || daemon.serves.includes(id));
    put(head, (open.length ? open.map(row => el('span', {}, badge('error', 'breaker open'), ' on ', said(row.host), since(row), ': ', said(row.reason, 400), ' ')) : stats && !isServed ? [badge('warn', 'no live daemon serves it')] : [badge('done', 'takes jobs')]));
    const sum = gathered(past.buckets).by.get(id) ?? { done: 0, error: 0, waits: [], runs: [] };
    const fact = (name, value) => el('div', {}, el('dt', {}, name), el('dd', {}, value));
    const times = kind => [.5, .95, .99].map(share => span(quantile(kind, sum[kind], share))).join(' / ');
    put(table, (own ? [fact('kind', said(own.kind)), fact('running / limit', `${count(level?.running ?? own.running ?? 0)} / ${own.concurrency ?? '∞'}`)] : []),
      fact('due', count(level?.due ?? 0)), ...(level?.held ? [fact('in line', count(level.held))] : []), fact('oldest due', span(level?.oldest_due_seconds)), fact('scheduled', count(level?.scheduled ?? 0)),
      fact('done', count(sum.done)), fact('error', count(sum.error)), fact('wait p50 / p95 / p99', times('waits')), fact('run p50 / p95 / p99', times('runs')));
    errors.showInPlace(gathered(past.buckets).errors);
    newest.show(jobs.jobs);
  };
  await look();
  const change = async next => {
    part = next.get('span') ?? '1h';
    for (const button of pick.children) button.setAttribute('aria-pressed', String(button.textContent.replace(' ', '') === part));
    await look();
  };
  return {
    title: id, change, stop: watch(look),
    node: [el('h1', {}, el('span', {}, 'Pipeline ', said(id)), pick), head, table, el('h2', {}, 'Errors by code'), errors.node,
      el('h2', {}, 'Newest jobs', el('a', { href: address('jobs', { use_case: id }) }, 'all')), newest.node],
  };
};
