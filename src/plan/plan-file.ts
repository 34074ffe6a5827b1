import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { planError } from '../errors/plan.ts';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { replaceFile } from '../secrets/replace-file.ts';

const text = v.string();
const texts = listOf(text);
const maybe = v.optional(text);

const step = v.object({
  what: text,
  status: v.picklist(['ok', 'changed', 'failed', 'unknown']),
  before: maybe,
  after: maybe,
  reason: maybe,
});

const finding = v.object({
  task: text,
  status: v.picklist(['ok', 'changed', 'failed', 'skipped', 'unknown']),
  reason: maybe,
  caught: v.optional(v.literal(true)),
  steps: listOf(step),
});

const host = v.object({
  identity: v.object({ boot: text, machine: text, name: text }),
  vars: text,
  programs: listOf(v.object({ play: text, tasks: texts, digest: text, text })),
  ends: v.optional(v.object({ play: text, why: text })),
  found: listOf(finding),
});

const schema = v.object({
  format: v.literal('tsplay.plan'),
  version: v.literal(1),
  /** ISO 8601, UTC. */
  made: text,
  /** The version that made it. */
  tsplay: text,
  /** Tells whether its shell runtime is the same. */
  runtime: text,
  /** What was planned, as it was given on the command line; relative to the folder that it was given in. */
  playbook: text,
  inventory: texts,
  limit: maybe,
  extraVars: texts,
  salt: text,
  /** What the playbook is made from, relative to its project. */
  files: v.record(text, text),
  hosts: v.record(text, host),
  /** Hosts without a play of their own, on which tasks of others run. */
  beside: texts,
  /** When it was begun to be applied. */
  applied: listOf(v.object({ time: text })),
});

/** A saved plan. */
export type Plan = v.InferOutput<typeof schema>;

/** Reads a plan. */
export async function readPlan(file: string): Promise<Plan> {
  const unreadable = (problem: string, cause?: unknown): TsplayError =>
    planError('plan-unreadable', { file, problem }, { cause });
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw unreadable((cause as Error).message, cause);
  }
  const { format, version } = (data ?? {}) as { readonly format?: unknown; readonly version?: unknown };
  if (format === 'tsplay.plan' && version !== 1)
    throw planError('plan-version', { file, version: String(version) });
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw unreadable(`${v.getDotPath(issue) ?? 'all of it'}: ${issue.message}`);
}

/** Writes a plan, which only its owner can read. */
export async function writePlan(file: string, plan: Plan): Promise<void> {
  try {
    await replaceFile(file, `${JSON.stringify(plan, null, 2)}\n`, 0o600);
  } catch (cause) {
    const { cause: inner } = cause as { readonly cause?: unknown };
    const problem = (inner instanceof Error ? inner : (cause as Error)).message;
    throw planError('plan-unwritable', { file, problem }, { cause });
  }
}

function listOf<const S extends v.GenericSchema>(one: S) {
  return v.pipe(v.array(one), v.readonly());
}
