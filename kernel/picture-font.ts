import { fileURLToPath } from 'node:url'

/** The font of pictures, one of our own: what a system has differs, and may be none. */
export const pictureFont = {
  family: 'DejaVu Sans',
  file: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
}
