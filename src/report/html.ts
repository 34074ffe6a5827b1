import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TsplayEvent } from '../events.ts';
import { duration } from './duration.ts';
import { pathFrom } from './failure-lines.ts';
import { commitText, whoText } from './origin-line.ts';
import { isLeft, pageData, type HostState, type PageData } from './page-data.ts';
import type { Rendering } from './rendering.ts';
import { RunModel } from './run-model.ts';
import { visible } from './visible.ts';

/**
 * A report as one page, which needs nothing but a browser. What was found goes into it as data, which its script shows
 * as text: nothing that comes from a host is ever markup or code, and the page's own policy forbids all other scripts.
 *
 * @param cwd - places below this folder are shown relative to it
 */
export function htmlRendering(cwd: string): Rendering {
  const model = new RunModel();
  return { event: (event: TsplayEvent) => model.event(event), text: () => page(model, cwd) };
}

const titles = { run: 'Run', check: 'Audit', rollback: 'Rollback' } as const;

function page(model: RunModel, cwd: string): string {
  const data = pageData(model, cwd);
  const style = asset('page.css');
  const script = asset('page.js');
  const { run } = model;
  const subject = run?.playbook === undefined ? '' : ` of ${pathFrom(cwd, run.playbook)}`;
  const title = `${titles[run?.mode ?? 'run']}${subject}`;
  const policy = [
    "default-src 'none'",
    `style-src '${hash(style)}'`,
    `script-src '${hash(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { state, text } = verdict(model, data);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`${title}: ${text}`)}</title>
<style>${style}</style>
</head>
<body>
<header>
<div class="headline"><h1>${escaped(title)}</h1><p class="verdict ${state}">${escaped(text)}</p></div>
<dl class="facts">${facts(model)
    .map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`)
    .join('')}</dl>
${leftTexts(model)
  .map((left) => `<p class="left">${escaped(left)}</p>\n`)
  .join('')}</header>
<main id="main"><noscript><p>The rest of this page needs JavaScript.</p></noscript></main>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', String.raw`\u003c`)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Who, when, where and from what. */
function facts({ run, origin, timings, summary }: RunModel): readonly (readonly [string, string])[] {
  const time = run?.time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
  const commit = origin?.commit === undefined ? undefined : commitText(origin.commit).replace('commit ', '');
  return [
    ['When', time],
    ['Took', summary === undefined ? undefined : duration(timings.took)],
    ['By', origin === undefined ? undefined : whoText(origin)],
    ['Commit', commit],
    ['Inventory', run?.inventory],
    ['Name', run?.run],
    ['tsplay', origin?.tsplay],
  ].flatMap(([name = '', value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** Why the run has ended before its end, and on how many hosts something is left. */
function leftTexts({ left }: RunModel): readonly string[] {
  const hostsBy = new Map<string, Set<string>>();
  for (const { reason, hosts } of left) {
    hostsBy.set(reason, new Set([...(hostsBy.get(reason) ?? []), ...hosts]));
  }
  return [...hostsBy].map(
    ([reason, { size }]) =>
      `The run was ended early: ${reason}. Something is left on ${size === 1 ? '1 host' : `${size} hosts`}.`,
  );
}

function verdict({ summary }: RunModel, { check, hosts }: PageData): { state: HostState; text: string } {
  const on = (state: HostState): number =>
    hosts.filter((host) => (state === 'left' ? isLeft(host) : host.state === state)).length;
  const words = [
    ['failed', 'failed'],
    ['unreachable', 'unreachable'],
    ['left', 'left undone'],
    ['changed', check ? 'drift' : 'changed'],
    ['unknown', 'unknown'],
  ] as const;
  const told = words.filter(([state]) => on(state) > 0);
  const parts = told.map(([state, word]) => `${word} on ${on(state)}`);
  if (summary === undefined) parts.unshift('not finished');
  const [first = ['ok'] as const] = told;
  const state = summary === undefined && first[0] === 'ok' ? 'unknown' : first[0];
  const of = hosts.length === 1 ? ' of 1 host' : ` of ${hosts.length} hosts`;
  const text = parts.length > 0 ? `${parts.join(', ')}${told.length > 0 ? of : ''}` : '';
  return { state, text: text === '' ? (check ? 'in sync' : 'nothing to change') : text };
}

/** A file of the page, without what would end its element. */
function asset(name: string): string {
  return readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8').trim();
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return visible(text).replaceAll(/[&<>"]/g, (one) => entities[one] ?? one);
}
