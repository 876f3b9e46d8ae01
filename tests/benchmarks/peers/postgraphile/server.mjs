// PostGraphile over vMiner's tables, set up as for production: nothing but what the queries need.

import { createServer } from "node:http";
import { TYPES } from "postgraphile/@dataplan/pg";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { addPgTableOrderBy, orderByAscDesc, pgSmartTags, TagsFilePlugin } from "postgraphile/utils";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const { DATABASE_URL, PORT, POOL_SIZE, PG_OPTIONS } = process.env;
const SHOWN = new Set(["clusters", "datastores", "hosts", "vcenters", "virtual_machines", "vm_datastores"]);

/** Every other table is left out of the schema. */
const OnlyShown = pgSmartTags([
  { kind: "class", match: (table) => !SHOWN.has(table.relname), tags: { behavior: "-*" } },
]);

/**
 * Names in the order of the indexes: the database's own collation would sort each page.
 * `NAME_SORTED` is the same order by an expression, for conditions that leave few rows: a generic
 * plan would rather walk all names in their order than sort what it found.
 */
const Orders = addPgTableOrderBy(
  { schemaName: "public", tableName: "virtual_machines" },
  ({ sql }) => {
    const by = (name, expression) =>
      orderByAscDesc(name, (machines) => ({
        fragment: expression(machines.alias),
        codec: TYPES.text,
      }));
    return {
      ...by("NAME_BYTEWISE", (machine) => sql`${machine}.name collate "C"`),
      ...by("NAME_SORTED", (machine) => sql`(${machine}.name || '') collate "C"`),
    };
  },
);

const instance = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  plugins: [TagsFilePlugin, OnlyShown, Orders],
  pgServices: [
    makePgService({
      connectionString: DATABASE_URL,
      schemas: ["public"],
      poolConfig: { max: Number(POOL_SIZE), idleTimeoutMillis: 0, options: PG_OPTIONS },
    }),
  ],
  schema: { defaultBehavior: "-insert -update -delete" },
  grafast: { explain: false },
  grafserv: { graphiql: false, watch: false, graphqlPath: "/graphql" },
});
const server = createServer();
const service = instance.createServ(grafserv);
await service.addTo(server);
await service.ready();
server.listen(Number(PORT), "127.0.0.1");
