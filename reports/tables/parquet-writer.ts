// The writer of Parquet files. The build puts all of it into this one file (build/bundle-libraries.mjs): whoever installs the package
// gets no further one with it.
export { parquetWriteBuffer } from 'hyparquet-writer';
