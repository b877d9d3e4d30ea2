/** The whole picture, in tiles. Width and height in pixels; the view in the complex plane, around a point. */
export const ROWS = 9
export const COLUMNS = 16
export const TILE_PX = 120
export const VIEW = { re: -0.743_643_887, im: 0.131_825_904, width: 0.000_12 }
