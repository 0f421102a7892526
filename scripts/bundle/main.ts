import { join } from 'node:path';
import { bundleServices } from './bundle-services.ts';

await bundleServices(join(import.meta.dirname, '../..'));
