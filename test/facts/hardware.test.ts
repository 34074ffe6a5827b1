import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cpuOf } from '../../src/facts/cpu.ts';
import { hardware } from '../../src/facts/hardware.ts';
import { printedOn, probed } from '../support/probes.ts';
import { shellNames } from '../support/shells.ts';

const debian = printedOn('hardware-debian');

describe('hardware facts', () => {
  it('of Debian under QEMU', () => {
    const facts = hardware.parse(debian);
    expect(facts).toMatchObject({
      cpu: {
        model: 'QEMU TCG CPU version 2.5+',
        vendor: 'AuthenticAMD',
        sockets: 1,
        cores: 1,
        threads: 1,
        flags: expect.arrayContaining(['fpu', 'hypervisor']) as unknown,
      },
      memory: { total: 351_252 * 1024, swapTotal: 0, swapFree: 0 },
      blockDevices: [
        { name: 'vda', size: 3 * 2 ** 30, rotational: true, removable: false, model: undefined },
      ],
    });
    expect(facts.firmware).toEqual({
      vendor: 'QEMU',
      product: 'Standard PC (i440FX + PIIX, 1996)',
      serial: undefined,
      uuid: undefined,
      biosVersion: '1.16.2-debian-1.16.2-1',
    });
  });

  it('of two sockets with SMT, and of ARM', () => {
    const file = (name: string): readonly string[] => printedOn(`documented/cpuinfo-${name}`).split('\n');
    const topology = [
      '0\t0 0 0',
      '0\t0 0 0',
      '0\t0 0 1',
      '0\t0 0 1',
      '1\t0 0 0',
      '1\t0 0 0',
      '1\t0 0 1',
      '1\t0 0 1',
    ];
    expect(cpuOf(file('x86'), topology, 8)).toMatchObject({
      model: 'Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz',
      vendor: 'GenuineIntel',
      sockets: 2,
      cores: 4,
      threads: 8,
    });
    expect(cpuOf(file('arm64'), [], 4)).toMatchObject({
      model: 'Neoverse-N1',
      vendor: 'ARM',
      sockets: 1,
      cores: 4,
      threads: 4,
      flags: expect.arrayContaining(['asimd', 'ssbs']) as unknown,
    });
    expect(cpuOf(['CPU implementer\t: 0x99', 'CPU part\t: 0x001'], [], 1)).toMatchObject({
      model: undefined,
      vendor: '0x99',
      flags: [],
    });
  });

  it('of disks of several kinds, old kernels and boards without firmware', () => {
    const disks =
      'disk=1953525168\t0\t0\tnvme0n1\tSAMSUNG MZVL21T0  \ndisk=8\t\t1\tcciss!c0d0\t\ndisk=16\t1\t0\tsda\tOdd\tName\n';
    const printed = debian.replaceAll(/^(disk|MemAvailable|sys_vendor|product_name)=.*\n/gm, '');
    const facts = hardware.parse(`${printed}${disks}board=Raspberry Pi 4 Model B Rev 1.4\n`);
    expect(facts.blockDevices).toMatchObject([
      { name: 'nvme0n1', size: 1_000_204_886_016, rotational: false, model: 'SAMSUNG MZVL21T0' },
      { name: 'cciss/c0d0', removable: true, model: undefined },
      { name: 'sda', rotational: true },
    ]);
    expect(facts.memory.available).toBeUndefined();
    expect(facts.firmware.product).toBe('Raspberry Pi 4 Model B Rev 1.4');
    expect(() => hardware.parse(`${printed}disk=x\n`)).toThrow('a disk is not understood');
    expect(() => hardware.parse('')).toThrow("does not tell its 'online'");
  });
});

interface Lsblk {
  readonly blockdevices: readonly {
    readonly name: string;
    readonly size: number;
    readonly rota: boolean;
    readonly rm: boolean;
    readonly model: string | null;
  }[];
}

it.each(shellNames)('the probe tells what lscpu, free and lsblk tell, in %s', (shell) => {
  const told = (command: string, ...words: string[]): string =>
    execFileSync(command, words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const { cpu, memory, blockDevices } = probed(shell, hardware).facts;
  const rows = told('lscpu', '-p=cpu,core,socket')
    .split('\n')
    .filter((line) => /^\d/.test(line));
  const different = (column: number): number => new Set(rows.map((row) => row.split(',')[column])).size;
  expect([cpu.threads, cpu.cores, cpu.sockets]).toEqual([different(0), different(1), different(2)]);
  const lscpu = new Map(
    told('lscpu')
      .split('\n')
      .map((line) => [line.split(':')[0], line.replace(/^[^:]*:\s*/, '')]),
  );
  expect(cpu.model).toBe(lscpu.get('Model name'));
  expect(cpu.vendor).toBe(lscpu.get('Vendor ID'));
  expect(cpu.flags.join(' ')).toBe(lscpu.get('Flags'));
  const free = told('free', '-b');
  const [, total] = /^Mem:\s+(\d+)/m.exec(free) ?? [];
  const [, swapTotal, swapFree] = /^Swap:\s+(\d+)\s+\d+\s+(\d+)/m.exec(free) ?? [];
  expect(memory).toMatchObject({
    total: Number(total),
    swapTotal: Number(swapTotal),
    swapFree: Number(swapFree),
  });
  expect(memory.available).toBeGreaterThan(0);
  const { blockdevices } = JSON.parse(told('lsblk', '-Jbdo', 'NAME,SIZE,ROTA,RM,MODEL')) as Lsblk;
  expect(blockDevices.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(
    blockdevices
      .filter(({ size }) => size > 0)
      .map(({ name, size, rota, rm, model }) => ({
        name,
        size,
        rotational: rota,
        removable: rm,
        model: model ?? undefined,
      }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  );
});
