// Changes to jobs: each behind a dialog that names action, filter, count and moment.
import { api, clean, el, many, moment, now, said } from './kit.js';
import { confirm, open, progress } from './dialog.js';

export const actions = [
  { name: 'Cancel', word: 'cancel', path: 'cancel', danger: true, done: 'cancelled' },
  { name: 'Resubmit', word: 'resubmit', path: 'resubmit', done: 'resubmitted' },
  { name: 'Redeliver', word: 'redeliver', path: 'callback/redeliver', done: 'due for another delivery' },
];
const about = { cancel: 'A waiting job ends in error now; a running one is told to stop.', resubmit: 'A new job with the same request is made for each.', redeliver: 'The callback is sent again.' };
const title = (action, total) => `${action.name} ${total === 1 ? 'this job' : many(total, 'job')}?`;
const list = (jobs, total) => el('ul', {}, jobs.slice(0, 10).map(job => el('li', {}, said(job.request_id ?? job.job_id, 80), ' ', el('span', { class: 'quiet m' }, job.job_id.slice(0, 8)))), total > 10 && el('li', { class: 'quiet' }, `and ${total - Math.min(10, jobs.length)} more`));

// Acts on selected jobs one by one. `after` runs when all have been tried.
export const act = async (action, jobs, after) => {
  const isSure = await confirm({
    title: title(action, jobs.length), total: jobs.length, isDanger: action.danger, button: jobs.length === 1 ? `${action.name} job` : `${action.name} jobs`,
    lines: [el('p', {}, about[action.word]), list(jobs, jobs.length)],
  });
  if (!isSure) return null;
  const failed = [], made = [];
  for (const job of jobs) {
    try { made.push(await api(`jobs/${job.job_id}/${action.path}`, { method: 'POST', body: {} })); } catch (problem) { failed.push({ job, problem }); }
  }
  document.getElementById('said').textContent = `${many(made.length, 'job')} ${action.done}` + (failed.length ? `, ${failed.length} refused.` : '.');
  if (failed.length) {
    await open(`${many(failed.length, 'job')} of ${jobs.length} stayed as ${failed.length === 1 ? 'it was' : 'they were'}`, close => [
      el('ul', {}, failed.slice(0, 20).map(({ job, problem }) => el('li', {}, said(job.request_id ?? job.job_id, 80), ': ', clean(problem.detail)))),
      el('div', { class: 'row' }, el('button', { autofocus: true, onclick: () => close() }, 'Close')),
    ]);
  }
  await after?.();
  return made;
};

// Acts on every job that matches now: a preview, the question, then an operation of the server.
export const actAll = async (action, filter, after) => {
  const body = { action: action.word, filter, ...(Object.keys(filter).length ? {} : { all: true }) };
  let preview;
  try { preview = await api('bulk/preview', { method: 'POST', body }); } catch (problem) {
    await open('No preview', close => [el('p', {}, clean(problem.detail)), el('div', { class: 'row' }, el('button', { autofocus: true, onclick: () => close() }, 'Close'))]);
    return;
  }
  const words = Object.entries(filter).map(([name, value]) => `${name}:${value}`).join(' ') || 'every job';
  const total = preview.count;
  if (!total) {
    await open('Nothing to change', close => [el('p', {}, `No job that matches can be ${action.done}: `, said(words), '.'), el('div', { class: 'row' }, el('button', { autofocus: true, onclick: () => close() }, 'Close'))]);
    return;
  }
  const isSure = await confirm({
    title: title(action, total).replace('this job', '1 job'), total, isDanger: action.danger, button: total === 1 ? `${action.name} job` : `${action.name} jobs`,
    lines: [el('p', {}, said(words), el('br'), el('span', { class: 'quiet' }, `${preview.at_least ? 'At least ' : ''}${many(total, 'job')} as of ${moment(new Date(now()).toISOString(), true)}; later ones stay. ${about[action.word]}`)), list(preview.sample, total)],
  });
  if (!isSure) return;
  try {
    const started = await api('bulk', { method: 'POST', body: { ...body, confirm: preview.confirm } });
    await progress(`${action.name} ${many(total, 'job')}`, started.operation_id);
  } catch (problem) {
    await open('Not started', close => [el('p', {}, clean(problem.detail)), el('div', { class: 'row' }, el('button', { autofocus: true, onclick: () => close() }, 'Close'))]);
  }
  await after?.();
};
