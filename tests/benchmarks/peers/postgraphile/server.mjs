// PostGraphile over vMiner's tables, set up as for production: nothing but what the queries need.

import { createServer } from "node:http";
import { PgAggregatesPreset } from "@graphile/pg-aggregates";
import { TYPES } from "postgraphile/@dataplan/pg";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { addPgTableOrderBy, orderByAscDesc, pgSmartTags, TagsFilePlugin } from "postgraphile/utils";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const { DATABASE_URL, PORT, POOL_SIZE, PG_OPTIONS } = process.env;
const SHOWN = new Set([
  "clusters",
  "datacenters",
  "datastore_usage",
  "datastores",
  "hosts",
  "identifiers",
  "vcenters",
  "virtual_machines",
  "vm_datastores",
]);

/** Every other table is left out of the schema. */
const OnlyShown = pgSmartTags([
  { kind: "class", match: (table) => !SHOWN.has(table.relname), tags: { behavior: "-*" } },
]);

const ordersOf = (tableName, columns) =>
  addPgTableOrderBy({ schemaName: "public", tableName }, ({ sql }) =>
    columns.flatMap(([name, codec, expression]) =>
      Object.entries(
        orderByAscDesc(name, ({ alias }) => ({ fragment: expression(sql, alias), codec })),
      ),
    ).reduce((orders, [name, order]) => ({ ...orders, [name]: order }), {}),
  );
/** Names in the order of the indexes: the database's own collation would sort each page. */
const BYTEWISE = ["NAME_BYTEWISE", TYPES.text, (sql, row) => sql`${row}.name collate "C"`];
const Orders = [
  ordersOf("hosts", [BYTEWISE]),
  ordersOf("virtual_machines", [
    BYTEWISE,
    // The same by an expression, for conditions that leave few rows: a generic plan would rather
    // walk all names in their order than sort what it found.
    ["NAME_SORTED", TYPES.text, (sql, row) => sql`(${row}.name || '') collate "C"`],
  ]),
  ordersOf("datastores", [
    [
      "FREE_SPACE",
      TYPES.bigint,
      (sql, row) =>
        sql`(select u.free_space_bytes from datastore_usage u
             where u.vcenter_id = ${row}.vcenter_id and u.moid = ${row}.moid)`,
    ],
  ]),
];

const instance = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset, PgAggregatesPreset],
  plugins: [TagsFilePlugin, OnlyShown, ...Orders],
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
