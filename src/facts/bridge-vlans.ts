import * as v from 'valibot';
import { parseIpJson } from './ip-json.ts';

/** VLANs of a port. */
export interface PortVlan {
  readonly id: number;
  /** The last one, where several after another have the same flags; else the same as `id`. */
  readonly last: number;
  /** Frames without a tag that come in belong to it. */
  readonly pvid: boolean;
  /** Its frames go out without a tag. */
  readonly untagged: boolean;
}

const vlans = v.array(
  v.object({
    vlan: v.number(),
    vlanEnd: v.optional(v.number()),
    flags: v.optional(v.nullable(v.array(v.string())), []),
  }),
);
const listing = v.union([
  v.array(v.object({ ifname: v.optional(v.string()), vlans: v.optional(vlans, []) })),
  // So iproute2 has printed it before version 5: by name.
  v.record(v.string(), vlans),
]);

/** Reads what `bridge -j -c vlan show` prints, by port. */
export function vlansOfJson(json: string): ReadonlyMap<string, readonly PortVlan[]> {
  const all = parseIpJson(listing, json);
  const ports = Array.isArray(all)
    ? all.map(({ ifname, vlans: list }) => [ifname ?? '', list] as const)
    : Object.entries(all);
  return new Map(ports.map(([name, list]) => [name, runsOf(list)]));
}

// Some versions print every one by itself, whatever they are asked for.
function runsOf(list: v.InferOutput<typeof vlans>): readonly PortVlan[] {
  const runs: { id: number; last: number; pvid: boolean; untagged: boolean }[] = [];
  for (const { vlan, vlanEnd, flags } of list) {
    const last = vlanEnd ?? vlan;
    const pvid = flags?.includes('PVID') ?? false;
    const untagged = flags?.some((flag) => /^Egress ?Untagged$/.test(flag)) ?? false;
    const before = runs.at(-1);
    if (before?.last === vlan - 1 && before.pvid === pvid && before.untagged === untagged) before.last = last;
    else runs.push({ id: vlan, last, pvid, untagged });
  }
  return runs;
}
