import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Wire, WireError } from '../../../kernel/wire.ts'

const key = 'the-key'

/** A message signed as the protocol says, by hand. */
function signed(parts: readonly string[], withKey = key): Buffer[] {
  const hmac = createHmac('sha256', withKey)
  for (const part of parts) hmac.update(part)
  return ['peer', '<IDS|MSG>', hmac.digest('hex'), ...parts].map((frame) => Buffer.from(frame))
}

const header = '{"msg_id":"1","msg_type":"kernel_info_request","session":"s","date":"d","version":"5.3","extra":7}'
const parts = [header, '{}', '{}', '{"code":"x"}']

describe('a message that comes in', () => {
  test('has its identities, its header with all that the client put in, and its content', () => {
    const { identities, header: read, content } = new Wire(key, 'hmac-sha256').decode(signed(parts))
    expect(identities.map(String)).toEqual(['peer'])
    expect(read).toEqual({ ...JSON.parse(header), username: '' })
    expect(content).toEqual({ code: 'x' })
  })

  test('is refused with a signature of another key, of no key, or cut short', () => {
    const [peer, delimiter, signature, ...rest] = signed(parts)
    const wire = new Wire(key, 'hmac-sha256')
    for (const wrong of [signed(parts, 'other')[2], Buffer.alloc(0), signature?.subarray(0, 10)]) {
      const frames = [peer, delimiter, wrong, ...rest].map((frame) => frame ?? Buffer.alloc(0))
      expect(() => wire.decode(frames)).toThrow(WireError)
    }
    expect(() => wire.decode(signed(parts))).not.toThrow()
  })

  test('is refused when it comes again', () => {
    const wire = new Wire(key, 'hmac-sha256')
    wire.decode(signed(parts))
    expect(() => wire.decode(signed(parts))).toThrow('sent before')
  })

  test('that is not JSON is refused for its signature, before anybody looks', () => {
    expect(() => new Wire(key, 'hmac-sha256').decode(signed(['{', '', '', ''], 'other'))).toThrow('wrong signature')
  })
})

test('any content survives the way out and in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
      const plain = JSON.parse(JSON.stringify(content))
      const frames = new Wire(key, 'hmac-sha256').encode({ type: 'stream', content: plain })
      expect(new Wire(key, 'hmac-sha256').decode(frames).content).toEqual(plain)
    }),
  )
})

test('an unknown scheme is named', () => {
  expect(() => new Wire(key, 'hmac-none')).toThrow('unknown signature scheme hmac-none')
})
