import { KERNEL_PARAMETERS, MAX_GUESTS, MEMORY_MIB, NIC_COUNT } from './recipe.ts';

/** The emulator. */
export const QEMU = 'qemu-system-x86_64';

/** Which NICs are plugged into which segment; eth0 is for management. */
const SEGMENTS = [
  { name: 'a', hub: 1, nics: [1, 3] },
  { name: 'b', hub: 2, nics: [2, 4] },
] as const;

/** One guest's process. */
export interface GuestCommand {
  /** Shown in process lists. */
  readonly name: string;
  /** Folder of kernel, initrd, disk, memory and state. */
  readonly image: string;
  /** Path prefix of the guest's sockets and logs. */
  readonly prefix: string;
  /** Port on 127.0.0.1 that leads to the guest's port 22; 0 lets the kernel choose a free one. */
  readonly port: number;
  /** `save` writes to disk and memory of the image, `resume` to throw-away copies of them. */
  readonly mode: 'save' | 'resume';
  /** The guest's place in the star of segments; without one its segments end at itself. */
  readonly plug?: { readonly number: number; readonly folder: string };
}

// A comma ends a value in QEMU's option syntax; doubled, it stands for itself.
const escape = (path: string): string => path.replaceAll(',', ',,');

/** The argument that names the guest's monitor: no other process has it. */
export function monitorArgument(prefix: string): string {
  return `socket,id=monitor,path=${escape(guestPaths(prefix).monitor)},server=on,wait=off`;
}

/** Paths of sockets and logs of a guest. */
export function guestPaths(prefix: string) {
  return {
    monitor: `${prefix}.monitor`,
    agent: `${prefix}.agent`,
    console: `${prefix}.console`,
    log: `${prefix}.log`,
  };
}

/**
 * A wire between two guests: datagrams over unix sockets. They have no connection that could break, so guests
 * come, go and are reset in any order, and frames to a guest that is not there are dropped, as on a real wire.
 */
function wire(segment: string, hub: number, from: number, to: number, folder: string): string[] {
  const end = (a: number, b: number): string => escape(`${folder}/wire-${segment}-${a}-${b}`);
  const id = `${segment}${to}`;
  return [
    '-netdev',
    `dgram,id=${id},local.type=unix,local.path=${end(from, to)},remote.type=unix,remote.path=${end(to, from)}`,
    '-netdev',
    `hubport,id=${id}-port,hubid=${hub},netdev=${id}`,
  ];
}

/**
 * The guest's plugs. Guest 1 carries a hub per segment with a wire to each other guest, so every frame on a
 * segment reaches every guest on it, link-local multicast (LACP, LLDP, STP) included. A mesh would be a loop.
 */
function wires(plug: { readonly number: number; readonly folder: string }): string[] {
  const others = Array.from({ length: MAX_GUESTS - 1 }, (_, i) => i + 2);
  const peers = plug.number === 1 ? others : [1];
  return SEGMENTS.flatMap(({ name, hub }) =>
    peers.flatMap((peer) => wire(name, hub, plug.number, peer, plug.folder)),
  );
}

/**
 * The NIC devices: their number and order must be the same when saving and when resuming. A hub takes a frame
 * only while one of its other ports would have it. NICs that are down would not, so each hub has one port more
 * that leads nowhere; else frames would pile up in the wire, and its sender would spin.
 */
function nics(port: number): string[] {
  const hubs = SEGMENTS.flatMap(({ name, hub, nics }) =>
    [...nics.map((nic) => `net${nic}`), `${name}-drain`].flatMap((id) => [
      '-netdev',
      `hubport,id=${id},hubid=${hub}`,
    ]),
  );
  // Without a speed, an aggregate (802.3ad) would not take the NIC.
  const devices = Array.from({ length: NIC_COUNT }, (_, nic) => [
    '-device',
    `virtio-net-pci,netdev=net${nic},speed=1000,duplex=full,romfile=`,
  ]);
  return ['-netdev', `user,id=net0,hostfwd=tcp:127.0.0.1:${port}-:22`, ...hubs, ...devices.flat()];
}

/**
 * The command line of a guest. Software emulation only: it works everywhere, also where /dev/kvm is there and
 * hangs. Memory is a file: saved shared, resumed as a private mapping of the same file, so that a guest starts
 * without reading it and all guests share the pages that they do not change.
 */
export function guestCommand(guest: GuestCommand): readonly string[] {
  const paths = guestPaths(escape(guest.prefix));
  const image = escape(guest.image);
  const resume = guest.mode === 'resume';
  const share = resume ? 'off' : 'on';
  const options = [
    ['-name', guest.name, '-nodefaults', '-no-user-config', '-display', 'none'],
    ['-machine', 'pc,memory-backend=memory', '-accel', 'tcg,thread=multi,tb-size=512'],
    ['-cpu', 'max', '-smp', '1', '-m', String(MEMORY_MIB), '-rtc', 'base=utc'],
    ['-object', `memory-backend-file,id=memory,size=${MEMORY_MIB}M,mem-path=${image}/memory,share=${share}`],
    ['-kernel', `${guest.image}/kernel`, '-initrd', `${guest.image}/initrd`, '-append', KERNEL_PARAMETERS],
    [
      '-drive',
      `if=none,id=disk,format=raw,cache=unsafe,file=${image}/disk,snapshot=${resume ? 'on' : 'off'}`,
    ],
    ['-device', 'virtio-blk-pci,drive=disk', '-device', 'virtio-rng-pci'],
    ['-chardev', `file,id=console,path=${paths.console}`, '-device', 'isa-serial,chardev=console'],
    ['-chardev', `socket,id=agent,path=${paths.agent},server=on,wait=off`],
    ['-device', 'isa-serial,chardev=agent'],
    ['-chardev', monitorArgument(guest.prefix)],
    ['-mon', 'chardev=monitor,mode=control'],
    resume ? ['-incoming', 'defer'] : [],
  ];
  return [QEMU, ...options.flat(), ...nics(guest.port), ...(guest.plug ? wires(guest.plug) : [])];
}
