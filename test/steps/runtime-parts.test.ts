import { describe, expect, it } from 'vitest';
import { bond, file } from '../../modules/index.ts';
import { factGroups } from '../../src/facts/index.ts';
import { compile } from '../../src/steps/compile.ts';
import { action } from '../../src/steps/index.ts';
import { callsOnDemand, functionsOf } from '../../src/steps/runtime-calls.ts';
import { optionalParts, partText, runtimeParts, runtimeText } from '../../src/steps/runtime.ts';
import { everyModule } from '../support/every-module.ts';
import { playProgram } from '../support/play-program.ts';
import { program } from '../support/shells.ts';

const everything = new Map(
  [...runtimeParts, ...optionalParts].flatMap((part) => [...functionsOf(partText(part))]),
);
const ofOptional = new Set(optionalParts.flatMap((part) => [...functionsOf(partText(part)).keys()]));

// Found otherwise than the choice of parts finds it: by where commands stand.
const command =
  /(?:^|[;&|(!`]|\{ |\b(?:then|do|else|if|elif|while|until)\b|\bts_each_line|\) )[ \t]*(ts_\w+)\b(?![=\w])/gm;

/** The functions that are called where commands stand; of names that are put together, all that begin so. */
function commandsIn(text: string): readonly string[] {
  const begun = [...text.matchAll(/^\s*"(ts_\w+_)\$/gm)].map(([, start = '']) => start);
  return [
    ...[...text.matchAll(command)].map(([, name = '']) => name),
    ...[...everything.keys()].filter((name) => begun.some((start) => name.startsWith(start))),
  ].filter((name) => everything.has(name));
}

/** Functions that a program calls, and these, without having them. */
function missingIn(body: string): readonly string[] {
  const there = new Set(functionsOf(`${runtimeText()}\n${body}`).keys());
  const seen = new Set<string>();
  const missing: string[] = [];
  const follow = (text: string, isOptional: boolean): void => {
    for (const name of commandsIn(text)) {
      // What the parts that are always there call on demand is looked at below.
      if (seen.has(name) || (!isOptional && ofOptional.has(name))) continue;
      seen.add(name);
      if (!there.has(name)) missing.push(name);
      follow(everything.get(name) ?? '', ofOptional.has(name));
    }
  };
  follow(body, true);
  return missing;
}

async function bodiesOf(play: () => void | Promise<void>): Promise<readonly string[]> {
  const { body, segments } = compile(await playProgram(play));
  return [body, ...segments.map((segment) => segment.body)];
}

const partsIn = (body: string): readonly string[] =>
  optionalParts.filter((part) => body.includes(partText(part)));

describe('the parts of the runtime that only some programs bring along', () => {
  it.each(Object.entries(everyModule))('are all there that the modules of %s need', async (_name, play) => {
    for (const body of await bodiesOf(() => play((o) => o))) expect(missingIn(body)).toEqual([]);
  });

  it('are all there that facts need', () => {
    for (const [name, { probe }] of Object.entries(factGroups)) {
      const { body } = compile(program({ steps: [action(name, { run: probe })] }));
      expect({ name, missing: missingIn(body) }).toEqual({ name, missing: [] });
    }
  });

  it('are called by the others for what a program has asked for, and else not at all', () => {
    const found: string[] = [];
    for (const part of runtimeParts)
      for (const [name, text] of functionsOf(partText(part)))
        for (const one of commandsIn(text)) if (ofOptional.has(one)) found.push(`${name} ${one}`);
    expect([...new Set(found)].toSorted()).toEqual([
      'ts_after_device ts_restore',
      'ts_before_device ts_capture_device',
      'ts_entry_disk ts_inv_mode',
      'ts_file ts_asked',
      'ts_file ts_file_mine',
      'ts_file ts_file_needed',
      'ts_file ts_file_own',
      'ts_file_ask ts_ask',
      'ts_file_ask ts_asked',
      'ts_file_compare ts_foretold_owned',
      'ts_inv_entry ts_capture_device',
      'ts_transaction_run ts_asked',
      'ts_write ts_capture',
      'ts_write ts_restore',
    ]);
    const onDemand = new Set(found.map((one) => one.replace(/^\S+ /, '')));
    expect(new Set(Object.values(callsOnDemand).flat())).toEqual(onDemand);
  });

  it('put no name together that could be of another part', () => {
    const found = optionalParts.flatMap((part) =>
      [...partText(part).matchAll(/^\s*"(ts_\w*)\$/gm)].map(([, start]) => `${part} ${start}`),
    );
    // Of the second kind are ts_user and ts_group.
    expect(found).toEqual(['accounts.sh ts_', 'accounts.sh ts_', 'firewall-chains.sh ts_rule_']);
  });

  it('do not come with programs that need none of them', async () => {
    const [conf = ''] = await bodiesOf(() => void file('/etc/app.conf', { content: 'x\n' }));
    expect(partsIn(conf)).toEqual([]);
    expect(runtimeText().length + conf.length).toBeLessThan(73_000);
    const [link = ''] = await bodiesOf(() => void bond('bond0', { mode: '802.3ad', slaves: ['eth1'] }));
    expect(partsIn(link).filter((part) => /^(?:link|addresses|qdiscs)/.test(part))).toEqual(partsIn(link));
  });
});
