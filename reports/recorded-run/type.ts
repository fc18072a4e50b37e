// The builders of schemas that the records here are described with. The build puts them into this one file (build/bundle-libraries.mjs):
// their library is nearly four hundred files, and every command would read all of them before it begins.
export {
  Array,
  Boolean,
  Integer,
  Literal,
  Null,
  Number,
  Object,
  Optional,
  Record,
  String,
  Union,
  Unknown,
  Unsafe,
} from 'typebox';
