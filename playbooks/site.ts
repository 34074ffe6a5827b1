import base from './base.ts';
import bonds from './bond.ts';
import director from './ipvs.ts';
import relays from './mark-route.ts';
import routers from './nexthop.ts';
import equalizers from './teql.ts';
import gateways from './two-uplinks.ts';

/** The whole site: what every host has, then its links, then what runs over them. */
export default [base, bonds, equalizers, routers, relays, gateways, director];
