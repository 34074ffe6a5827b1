import * as v from 'valibot';
import { sysLinks } from './ip-plain.ts';
import type { DefaultRoute, InterfaceAddress, NetworkInterface } from './network.ts';
import type { LinkDetails } from './sys-links.ts';

const links = v.array(
  v.object({
    // Some versions print an empty object for what they leave out.
    ifname: v.optional(v.string()),
    flags: v.optional(v.array(v.string()), []),
    mtu: v.optional(v.number(), 0),
    link_type: v.optional(v.string()),
    address: v.optional(v.string()),
    master: v.optional(v.string()),
    // Null where it is none of this namespace.
    link: v.nullish(v.string()),
    altnames: v.optional(v.array(v.string()), []),
    linkinfo: v.optional(
      v.object({
        info_kind: v.optional(v.string()),
        info_data: v.optional(v.object({ id: v.optional(v.unknown()) })),
      }),
    ),
    addr_info: v.optional(
      v.array(
        v.object({
          family: v.optional(v.string()),
          local: v.optional(v.string()),
          address: v.optional(v.string()),
          dynamic: v.optional(v.boolean(), false),
          temporary: v.optional(v.boolean(), false),
          tentative: v.optional(v.boolean(), false),
          deprecated: v.optional(v.boolean(), false),
          valid_life_time: v.optional(v.number()),
          preferred_life_time: v.optional(v.number()),
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
export function interfacesOfJson(
  json: string,
  sysLines: readonly string[],
  details: (name: string) => LinkDetails,
): readonly NetworkInterface[] {
  const drivers = new Map(sysLinks(sysLines).map(({ name, driver }) => [name, driver]));
  return parseIpJson(links, json).flatMap((link) => {
    const name = link.ifname;
    if (name === undefined) return [];
    const up = link.flags.includes('UP');
    const kind = link.linkinfo?.info_kind;
    const id = kind === 'vlan' ? link.linkinfo?.info_data?.id : undefined;
    const { speed, duplex, alias } = details(name);
    return {
      name,
      mac: link.link_type === 'ether' ? link.address : undefined,
      mtu: link.mtu,
      up,
      carrier: up && link.flags.includes('LOWER_UP'),
      kind,
      driver: drivers.get(name),
      speed,
      duplex,
      altNames: link.altnames,
      alias,
      // The other end of a cable is none that it stands on.
      parent: kind === 'veth' ? undefined : (link.link ?? undefined),
      vlanId: typeof id === 'number' ? id : undefined,
      master: link.master,
      addresses: link.addr_info.flatMap((one) => addressOf(one)),
    };
  });
}

function addressOf(
  one: v.InferOutput<typeof links>[number]['addr_info'][number],
): readonly InterfaceAddress[] {
  const { family, local, prefixlen, scope, address, dynamic, temporary, tentative, deprecated } = one;
  if ((family !== 'inet' && family !== 'inet6') || local === undefined || prefixlen === undefined) return [];
  return [
    {
      address: local,
      prefix: prefixlen,
      family,
      scope,
      peer: address,
      dynamic,
      temporary,
      tentative,
      deprecated,
      validLifetime: lifetime(one.valid_life_time),
      preferredLifetime: lifetime(one.preferred_life_time),
    },
  ];
}

/** The kernel's word for ever is the largest number that it has. */
const lifetime = (seconds: number | undefined): number | undefined =>
  seconds === 0xff_ff_ff_ff ? undefined : seconds;

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
