/** The processors of a host. */
export interface Cpu {
  /** `AMD EPYC 7B13`, `Neoverse-N1`; undefined where the kernel does not name it and its number is not known here. */
  readonly model: string | undefined;
  /** As the processor has it, `GenuineIntel`, or who designed it, `ARM`. */
  readonly vendor: string | undefined;
  /** Chips. */
  readonly sockets: number;
  /** Cores of all sockets. */
  readonly cores: number;
  /** Processors as the kernel counts them: each core is one or, with SMT, several. Only those that are online. */
  readonly threads: number;
  /** What it can, in the kernel's words: `aes`, `avx2`. */
  readonly flags: readonly string[];
}

/** Designers and cores by the numbers that ARM's registers have for them, as far as servers and small boards go. */
const designers: Readonly<Record<string, string>> = {
  '0x41': 'ARM',
  '0x42': 'Broadcom',
  '0x43': 'Cavium',
  '0x46': 'Fujitsu',
  '0x48': 'HiSilicon',
  '0x50': 'APM',
  '0x51': 'Qualcomm',
  '0x61': 'Apple',
  '0xc0': 'Ampere',
};
const armCores: Readonly<Record<string, string>> = {
  '0xc07': 'Cortex-A7',
  '0xd03': 'Cortex-A53',
  '0xd05': 'Cortex-A55',
  '0xd07': 'Cortex-A57',
  '0xd08': 'Cortex-A72',
  '0xd0b': 'Cortex-A76',
  '0xd0c': 'Neoverse-N1',
  '0xd40': 'Neoverse-V1',
  '0xd49': 'Neoverse-N2',
  '0xd4f': 'Neoverse-V2',
};

/**
 * Reads the part of /proc/cpuinfo that tells of the first processor, and of each processor the number of its socket and
 * those of its core within that.
 */
export function cpuOf(cpuinfo: readonly string[], topology: readonly string[], online: number): Cpu {
  const values = new Map<string, string>();
  for (const line of cpuinfo) {
    const [, key, value] = /^([^:]*?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && value !== '' && !values.has(key)) values.set(key, value);
  }
  const designer = values.get('CPU implementer');
  const part = designer === '0x41' ? armCores[values.get('CPU part') ?? ''] : undefined;
  const different = (of: readonly string[]): number => new Set(of).size;
  return {
    model: values.get('model name') ?? values.get('cpu') ?? part,
    vendor:
      values.get('vendor_id') ?? (designer === undefined ? undefined : (designers[designer] ?? designer)),
    // Where /sys does not tell, such as in some containers, one of each is the best that can be said.
    sockets: different(topology.map((line) => line.replace(/\t.*/, ''))) || 1,
    cores: different(topology) || online,
    threads: topology.length || online,
    flags: (values.get('flags') ?? values.get('Features') ?? '').split(/\s+/).filter((flag) => flag !== ''),
  };
}
