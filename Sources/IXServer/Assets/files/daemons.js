// Daemons: who is alive, what have they in hand?
import { api, badge, clean, count, el, many, said, span, Table, time } from './kit.js';
import { live, watch } from './live.js';
import { address } from './ix.js';

// The number of workers, with what an operator asked for (`ixctl workers scale`): "4", "4 → 8" until the daemon has as many, "8 scaled".
const workers = row => {
  const now = row.workers ?? '–';
  if (row.wanted_workers === null) return String(now);
  return row.wanted_workers === row.workers ? `${now} scaled` : `${now} → ${row.wanted_workers}`;
};
const wish = row => row.wanted_workers === null ? 'As the configuration says'
  : `An operator asked for ${row.wanted_workers}, until the daemon ends; the configuration's number again: ixctl workers scale none`;

export default async () => {
  const table = new Table('Daemons', [
    { head: 'daemon', kind: 'm', width: '104px', value: row => row.daemon_id, cell: row => el('span', { title: row.daemon_id }, row.daemon_id.slice(0, 8)) },
    { head: 'host', kind: 'cut', value: row => row.host, cell: row => said(row.host) },
    { head: 'instance', kind: 'cut', wide: true, value: row => row.instance, cell: row => said(row.instance) },
    { head: 'pid', kind: 'n', wide: true, width: '84px', value: row => row.pid },
    { head: 'version', wide: true, width: '90px', value: row => row.version, cell: row => said(row.version) },
    { head: 'since', wide: true, value: row => row.started_at, cell: row => time(row.started_at) },
    { head: 'lease left', kind: 'n', wide: true, value: row => span(row.lease_left_seconds) },
    { head: 'workers', kind: 'n', wide: true, width: '104px', value: workers, cell: row => el('span', { title: wish(row) }, workers(row)) },
    { head: 'in hand', kind: 'n', width: '112px', narrow: '66px', value: row => row.jobs, cell: row => row.jobs ? el('a', { href: address('jobs', { daemon_id: row.daemon_id, status: 'running' }) }, count(row.jobs)) : '0' },
    { head: 'breakers', kind: 'cut', width: '24%', narrow: '30%', value: row => JSON.stringify(row.open_breakers), cell: row => row.open_breakers.length ? [badge('error', many(row.open_breakers.length, 'open', 'open')), ' ', row.open_breakers.map(one => clean(one.pipeline, 60)).join(', ')] : badge('done', 'closed') },
  ], row => row.daemon_id, { empty: 'No daemon is alive, so no job runs. Start one: systemctl start ix-worker' });
  const serves = el('ul');
  const look = async how => {
    const daemons = live.state === 'live' && live.stats ? live.stats.daemons : (await api('daemons', how)).daemons;
    table.show(daemons);
    const lines = daemons.map(row => el('li', {}, el('span', { class: 'm' }, row.daemon_id.slice(0, 8)), ' on ', said(row.host), ': ',
      row.serves ? row.serves.flatMap((name, at) => [at ? ', ' : '', el('a', { href: address('pipeline', {}, name) }, said(name))]) : 'every use case'));
    if (lines.map(one => one.textContent).join('\n') !== serves.dataset.text) {
      serves.dataset.text = lines.map(one => one.textContent).join('\n');
      serves.replaceChildren(...lines);
    }
  };
  await look();
  return { title: 'Daemons', node: [el('h1', {}, 'Daemons'), table.node, el('h2', {}, 'Use cases served'), serves], stop: watch(look) };
};
