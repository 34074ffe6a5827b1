import base from './base.ts';
import bonds from './bond.ts';
import director from './ipvs.ts';
import equalizers from './teql.ts';

/** The whole site: what every host has, then its links, then what runs over them. */
export default [base, bonds, equalizers, director];
