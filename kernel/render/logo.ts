import { Resvg } from '@resvg/resvg-js'

/** A prompt and its delayed signal in the ring of the detector, on a stream that passes through. */
export const logoSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <circle cx="32" cy="32" r="29" fill="#0b2545"/>
  <circle cx="32" cy="32" r="25" fill="none" stroke="#8da9c4" stroke-width="1.5"/>
  <path d="M8 44h48" stroke="#8da9c4" stroke-width="2" stroke-linecap="round"/>
  <path d="M14 44v-5M19 44v-3M33 44v-4M50 44v-5M54 44v-3" stroke="#8da9c4" stroke-width="2.5" stroke-linecap="round"/>
  <path d="M26 44V17" stroke="#f4a259" stroke-width="4.5" stroke-linecap="round"/>
  <path d="M41 44V28" stroke="#5bc0be" stroke-width="4.5" stroke-linecap="round"/>
</svg>
`

/** The logo as a PNG of `size` × `size` pixels. */
export function logoPng(size: number): Uint8Array {
  return new Resvg(logoSvg, { fitTo: { mode: 'width', value: size } }).render().asPng()
}
