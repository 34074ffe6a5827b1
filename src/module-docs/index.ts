/** What the build and the scripts are made with. */
export { readOwnModules } from './own-modules.ts';
export { pages } from './pages.ts';
export { shippedDocs } from './shipped.ts';
