import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: "documents/*.graphql",
  generates: {
    "src/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        defaultScalarType: "unknown",
        scalars: {
          BigInt: "number",
          DateTime: "string",
          IPAddress: "string",
          MACAddress: "string",
          UUID: "string",
        },
      },
    },
    "src/generated/possible-types.ts": { plugins: ["fragment-matcher"] },
  },
};

export default config;
