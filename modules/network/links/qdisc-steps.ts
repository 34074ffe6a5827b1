import { query, reading, sh, value, type Claim, type Step } from '../../../src/steps/index.ts';

/** The qdiscs of all links: one process for all steps that look at them. */
export const allQdiscs = query('qdiscs', sh`exec tc qdisc show`);

/** A link has this root qdisc; another one comes back with an undo, if words can bring it back. */
export function rootQdiscStep(device: string, want: string): Step {
  return value(`root qdisc of ${device}`, {
    uses: [allQdiscs],
    read: reading(sh`ts_root_qdisc ${allQdiscs.output} ${device}`),
    want,
    write: sh`ts_set_root_qdisc ${device} "$1"`,
  });
}

/** The claim to the one root qdisc that a link can have. */
export function rootQdiscClaim(device: string, want: string): Claim {
  return { resource: `qdisc:${device}`, value: want };
}
