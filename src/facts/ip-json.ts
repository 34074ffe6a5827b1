import * as v from 'valibot';
import { sysLinks } from './ip-plain.ts';
import type { DefaultRoute, NetworkInterface } from './network.ts';

const links = v.array(
  v.object({
    // Some versions print an empty object for what they leave out.
    ifname: v.optional(v.string()),
    flags: v.optional(v.array(v.string()), []),
    mtu: v.optional(v.number(), 0),
    link_type: v.optional(v.string()),
    address: v.optional(v.string()),
    master: v.optional(v.string()),
    linkinfo: v.optional(v.object({ info_kind: v.optional(v.string()) })),
    addr_info: v.optional(
      v.array(
        v.object({
          family: v.optional(v.string()),
          local: v.optional(v.string()),
          prefixlen: v.optional(v.number()),
          scope: v.optional(v.string(), 'global'),
        }),
      ),
      [],
    ),
  }),
);

const leg = {
  gateway: v.optional(v.string()),
  /** The gateway of another family. */
  via: v.optional(v.object({ host: v.string() })),
  dev: v.optional(v.string()),
};
const routes = v.array(
  v.object({
    ...leg,
    /** Only there where the route leads nowhere: `unreachable`. */
    type: v.optional(v.string()),
    metric: v.optional(v.number(), 0),
    nexthops: v.optional(v.array(v.object(leg))),
  }),
);

/** Reads what `ip -j -d addr` prints; drivers stand in the lines of /sys. */
export function interfacesOfJson(json: string, sysLines: readonly string[]): readonly NetworkInterface[] {
  const drivers = new Map(sysLinks(sysLines).map(({ name, driver }) => [name, driver]));
  return parseIpJson(links, json).flatMap((link) => {
    const name = link.ifname;
    if (name === undefined) return [];
    const up = link.flags.includes('UP');
    return {
      name,
      mac: link.link_type === 'ether' ? link.address : undefined,
      mtu: link.mtu,
      up,
      carrier: up && link.flags.includes('LOWER_UP'),
      kind: link.linkinfo?.info_kind,
      driver: drivers.get(name),
      master: link.master,
      addresses: link.addr_info.flatMap(({ family, local, prefixlen, scope }) =>
        (family === 'inet' || family === 'inet6') && local !== undefined && prefixlen !== undefined
          ? [{ address: local, prefix: prefixlen, family, scope }]
          : [],
      ),
    };
  });
}

/** Reads what `ip -j route show default` prints. */
export function defaultRoutesOfJson(json: string): readonly DefaultRoute[] {
  return parseIpJson(routes, json).flatMap(({ type, metric, nexthops, ...only }) =>
    type !== undefined && type !== 'unicast'
      ? []
      : (nexthops ?? [only]).flatMap(({ gateway, via, dev }) =>
          dev === undefined ? [] : [{ via: gateway ?? via?.host, dev, metric }],
        ),
  );
}

/** Reads JSON of iproute2, which is not always what JSON must be. */
export function parseIpJson<S extends v.GenericSchema<unknown, unknown>>(
  schema: S,
  json: string,
): v.InferOutput<S> {
  // Some versions print nothing for an empty list.
  const data: unknown = json.trim() === '' ? [] : JSON.parse(mended(json));
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  throw new Error(`what ip printed is not understood: ${v.summarize(result.issues)}`);
}

// Names and aliases of interfaces may hold any byte. Control characters come as they are, and old versions put a
// backslash before an apostrophe.
function mended(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"/gs, (text) =>
    text
      .replaceAll(/\\./gs, (pair) => (pair === "\\'" ? "'" : pair))
      .replaceAll(/[\0-\x1f]/g, (sign) => `\\u${sign.codePointAt(0)?.toString(16).padStart(4, '0')}`),
  );
}
