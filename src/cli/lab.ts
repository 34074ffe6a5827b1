import { buildCommand, buildRouteMap } from '@stricli/core';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const build = buildCommand({
  docs: {
    brief: 'Builds the lab, once',
    fullDescription: 'Builds the lab, once; about 80 s.\n\nExample: tsplay lab build',
  },
  parameters: {},
  async func() {
    const { labBuild } = await import('../lab/index.ts');
    await labBuild({ tell });
  },
});

const up = buildCommand<Record<never, never>, [number?]>({
  docs: { brief: 'Brings guests up', fullDescription: 'Brings guests up.\n\nExample: tsplay lab up 3' },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: guests, brief: 'How many, 1 to 8', optional: true, placeholder: 'N' }],
    },
  },
  async func(_flags, count) {
    const { labUp } = await import('../lab/index.ts');
    await labUp(count ?? 1, { tell });
  },
});

const ssh = buildCommand<Record<never, never>, [string, ...string[]]>({
  docs: {
    brief: 'Logs in to a guest',
    fullDescription:
      'Logs in to a guest, or runs a command there.\n\nExample: tsplay lab ssh lab1 -- ip -br addr',
  },
  parameters: {
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'The guest, and the command', placeholder: 'HOST' },
      minimum: 1,
    },
  },
  async func(_flags, host, ...command) {
    const { labSsh } = await import('../lab/index.ts');
    process.exitCode = await labSsh(host, command);
  },
});

const status = buildCommand({
  docs: {
    brief: 'Says what is built and what is up',
    fullDescription: 'Says what is built and what is up.\n\nExample: tsplay lab status',
  },
  parameters: {},
  async func() {
    const { labStatus } = await import('../lab/index.ts');
    const { name, image, guests: running } = await labStatus();
    tell(`lab '${name}': ${image ?? 'not built; run tsplay lab build'}`);
    for (const guest of running) tell(`${guest.name}: 127.0.0.1 port ${guest.port}, process ${guest.pid}`);
    if (running.length === 0) tell('no guest is up');
  },
});

const down = buildCommand({
  docs: {
    brief: 'Ends all guests',
    fullDescription: 'Ends all guests of this lab.\n\nExample: tsplay lab down',
  },
  parameters: {},
  async func() {
    const { labDown } = await import('../lab/index.ts');
    const ended = await labDown({ tell });
    tell(ended.length === 0 ? 'no guest was up' : `ended ${ended.join(', ')}`);
  },
});

/** `tsplay lab …`: disposable real kernels to try a playbook on. */
export const labRoutes = buildRouteMap({
  docs: { brief: 'Disposable real kernels to try a playbook on' },
  routes: { build, up, ssh, status, down },
});

function guests(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 8)
    throw new Error('give a whole number from 1 to 8');
  return number;
}
