import path from 'node:path'
import { protocolVersion } from './wire.ts'

/** The kernelspec: how Jupyter starts the kernel, on the Node that the project runs on. */
export function kernelSpec(node: string): object {
  return {
    // Of young objects V8 keeps 32 MB more than a kernel needs: what is large lies outside of the heap.
    argv: [node, '--max-semi-space-size=1', path.join(import.meta.dirname, 'main.ts'), '{connection_file}'],
    display_name: 'JUNO Sift',
    language: 'sift',
    // TypeScript without its types, kept from one start to the next.
    env: { NODE_COMPILE_CACHE: path.join(import.meta.dirname, '..', '.sift', 'compile-cache') },
    interrupt_mode: 'message',
    kernel_protocol_version: protocolVersion,
    metadata: { debugger: false, supported_encryption: ['curve'] },
  }
}
