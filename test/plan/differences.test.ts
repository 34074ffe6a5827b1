import { describe, expect, it } from 'vitest';
import { differences, unplannedChanges } from '../../src/plan/differences.ts';
import type { Finding, StepFinding } from '../../src/plan/findings.ts';
import type { HostPlan } from '../../src/plan/host-plan.ts';

const step = (more: Partial<StepFinding> = {}): StepFinding => ({
  what: 'mtu of eth0',
  status: 'changed',
  before: '1500',
  after: '9000',
  ...more,
});
const task = (more: Partial<Finding> = {}): Finding => ({
  task: 'link[eth0]',
  status: 'changed',
  steps: [step()],
  ...more,
});
const host = (more: Partial<HostPlan> = {}): HostPlan => ({
  identity: { boot: 'b', machine: 'm', name: 'n' },
  vars: 'v',
  programs: [{ play: 'P', tasks: ['link[eth0]'], digest: 'd', text: 't' }],
  found: [task()],
  ...more,
});
const found = (...all: readonly Finding[]): HostPlan => host({ found: all });

describe('differences of a host from its plan', () => {
  it.each<[string, HostPlan, readonly string[]]>([
    ['none', host(), []],
    [
      'another boot',
      host({ identity: { boot: 'x', machine: 'm', name: 'n' } }),
      ['it has been booted since'],
    ],
    [
      'another machine',
      host({ identity: { boot: 'x', machine: '', name: 'other' } }),
      ['it is another machine: n (m) then, other (no machine id) now'],
    ],
    ['another status', found(task({ status: 'ok' })), ['link[eth0] was to be changed, and is ok']],
    [
      'another value before',
      found(task({ steps: [step({ before: '1400' })] })),
      ["link[eth0]: mtu of eth0 was '1500', and is '1400'"],
    ],
    [
      'no value before',
      found(task({ steps: [{ what: 'mtu of eth0', status: 'changed', after: '9000' }] })),
      ["link[eth0]: mtu of eth0 was '1500', and is absent"],
    ],
    [
      'another value after',
      found(task({ steps: [step({ after: '8000' })] })),
      ["link[eth0]: mtu of eth0 was to be '9000', and is to be '8000'"],
    ],
    [
      'a step less',
      found(task({ steps: [] })),
      ['link[eth0]: mtu of eth0 was changed, and is not looked at'],
    ],
    ['a task less', found(), ['link[eth0] was changed, and is not reached any more']],
    ['a task more', found(task(), task()), ['link[eth0] was not there, and is changed']],
    [
      'another program',
      host({ programs: [{ play: 'P', tasks: ['link[eth0]'], digest: 'x', text: 't' }] }),
      ['the program is another one (link[eth0])'],
    ],
    ['no program', host({ programs: [] }), ['the program is another one (link[eth0])']],
    [
      'one more program',
      host({ programs: [...host().programs, { play: 'P', tasks: ['more'], digest: 'x', text: 't' }] }),
      ['there is more to do than was planned (more)'],
    ],
    ['another end', host({ ends: { play: 'P', why: 'w' } }), ['the plan would end elsewhere']],
  ])('%s', (_, now, expected) => {
    expect(differences(host(), now)).toEqual(expected);
  });

  it('are told as far as a person reads them', () => {
    const many = Array.from({ length: 20 }, (_, index) => task({ task: `t[${index}]` }));
    const told = differences(host({ found: many }), host({ found: [] }));
    expect(told).toHaveLength(9);
    expect(told.at(-1)).toBe('and 12 more');
  });
});

it('what was changed against the plan is what it took for ok', () => {
  const planned = [task({ status: 'ok' }), task({ task: 'b' }), task({ task: 'c', status: 'unknown' })];
  const done = [task(), task({ task: 'b' }), task({ task: 'c' }), task({ task: 'd' })];
  expect(unplannedChanges(planned, done)).toEqual(['link[eth0]']);
});

it('programs may come in another order', () => {
  const [one] = host().programs;
  const two = { play: 'P', tasks: ['b'], digest: 'e', text: 't' };
  const programs = one === undefined ? [] : [one, two];
  expect(differences(host({ programs }), host({ programs: programs.toReversed() }))).toEqual([]);
});
