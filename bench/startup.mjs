// How long tsplay takes before it connects, as a multiple of starting Node itself.
//
//   node scripts/build.mjs && node bench/startup.mjs [ROUNDS]
//
// Makes a project in a temporary folder: a playbook with 80 module calls and an inventory in TypeScript. Each round
// runs every way once, one after the other, so that a busy machine is busy for all of them. Prints the median of each
// way in ms and the ratio to Node's own; only the ratios are to be compared between machines.
//
//   node        an empty module
//   --version   the command line without a command
//   unchanged   tsplay compile, nothing changed since the last check
//   tsc         the native compiler alone, on the configuration that tsplay makes
//   changed     tsplay compile, the playbook changed: check, emit, import
//   with v      the same with a schema for its variables
//   load        the loader by itself, in a process of its own, nothing changed
//   load anew   the same, the playbook changed
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/src/cli/main.js');
const rounds = Number(process.argv[2] ?? 9);

const project = mkdtempSync(join(tmpdir(), 'tsplay-bench-'));
const path = (name) => join(project, name);

function write(name, text) {
  writeFileSync(path(name), text);
  // As if it had been written some time ago: what is written during a check is checked again.
  const past = Date.now() / 1000 - 60;
  utimesSync(path(name), past, past);
}

function playbook(schema, salt) {
  const calls = Array.from({ length: 20 }, (_, n) => [
    `  bond('bond${n}', { mode: '802.3ad', slaves: ['a${n}', 'b${n}'], lacpRate: 'fast', addresses: ['10.0.${n}.2/24'] });`,
    `  const conf${n} = file('/etc/app${n}.conf', { content: 'x = ${n}\\n', mode: '0644' });`,
    `  command('reload${n}', { run: ['systemctl', 'reload', 'app${n}'], when: conf${n}.changed });`,
    `  sysctl('net.ipv4.conf.a${n}.rp_filter', { value: 2 });`,
  ]).flat();
  const [names, option] = schema ? ['play, v', ', vars: v.object({ mtu: v.number() })'] : ['play', ''];
  return `// ${salt}
import { ${names} } from 'tsplay';
import { bond, command, file, sysctl } from 'tsplay/modules';
export default play('Bench', { hosts: 'all'${option} }, () => {
${calls.join('\n')}
});
`;
}

write('empty.mjs', '');
write(
  'hosts.ts',
  "import { defineInventory } from 'tsplay';\nexport default defineInventory({ hosts: { web1: { vars: { mtu: 1500 } } } });\n",
);
write('site.ts', playbook(false, ''));

write(
  'load.mjs',
  `import { loadModules } from ${JSON.stringify(join(root, 'dist/src/playbook/load/index.js'))};
await loadModules([process.argv[2], ${JSON.stringify(path('hosts.ts'))}]);
`,
);

const load = (name) => [process.execPath, path('load.mjs'), path(name)];
const compile = (name) => [process.execPath, main, 'compile', path(name), '-i', path('hosts.ts')];
let salt = 0;
const ways = {
  node: { command: [process.execPath, path('empty.mjs')] },
  '--version': { command: [process.execPath, main, '--version'] },
  unchanged: { command: compile('site.ts') },
  tsc: { command: [] },
  changed: {
    before: () => write('changed.ts', playbook(false, (salt += 1))),
    command: compile('changed.ts'),
  },
  'with v': { before: () => write('with-v.ts', playbook(true, (salt += 1))), command: compile('with-v.ts') },
  load: { command: load('site.ts') },
  'load anew': { before: () => write('load.ts', playbook(false, (salt += 1))), command: load('load.ts') },
};

function run(command) {
  const [file, ...args] = command;
  const began = performance.now();
  const { status, stderr } = spawnSync(file, args, {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env },
  });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return performance.now() - began;
}

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

try {
  run(ways.unchanged.command);
  const build = path('.tsplay/build');
  const [made] = readdirSync(build).filter((name) => !name.endsWith('.json'));
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const platform = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  const compiler = join(dirname(createRequire(typescript).resolve(platform)), 'lib/tsc');
  ways.tsc.command = [compiler, '-p', join(build, made, 'tsconfig.json'), '--outDir', path('out')];

  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { before, command }] of Object.entries(ways)) {
      before?.();
      times[name].push(run(command));
    }
  }
  const base = median(times.node);
  for (const [name, all] of Object.entries(times)) {
    const ms = median(all);
    console.log(`${name.padEnd(10)} ${ms.toFixed(0).padStart(6)} ms  ${(ms / base).toFixed(2).padStart(6)}`);
  }
} finally {
  rmSync(project, { recursive: true });
}
