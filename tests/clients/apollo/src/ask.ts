// Asks five recipes of the cookbook through Apollo Client, and prints the answers as JSON.
// VMINER_URL: the endpoint; VMINER_VARIABLES: the variables of each operation, as JSON.
import { createHash } from "node:crypto";

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import type { OperationVariables, TypedDocumentNode } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

import {
  MachineInDetailDocument,
  NumbersOfADashboardDocument,
  RunningWebServersDocument,
  SavedSelectionDocument,
  TreeOfAnEstateDocument,
} from "./generated/graphql.ts";
import type {
  MachineInDetailQueryVariables,
  RunningWebServersQueryVariables,
  SavedSelectionQueryVariables,
} from "./generated/graphql.ts";
import generated from "./generated/possible-types.ts";

interface Given {
  RunningWebServers: RunningWebServersQueryVariables;
  MachineInDetail: MachineInDetailQueryVariables;
  SavedSelection: SavedSelectionQueryVariables;
}

const given = JSON.parse(process.env["VMINER_VARIABLES"] ?? "{}") as Given;
const persisted = new PersistedQueryLink({
  sha256: (text: string) => createHash("sha256").update(text).digest("hex"),
  useGETForHashedQueries: true,
});
const client = new ApolloClient({
  link: ApolloLink.from([persisted, new HttpLink({ uri: process.env["VMINER_URL"] ?? "" })]),
  cache: new InMemoryCache({ possibleTypes: generated.possibleTypes }),
});

async function ask<Data, Variables extends OperationVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data } = await client.query<Data, OperationVariables>({ query, variables });
  if (data === undefined) throw new Error("no data");
  return data;
}

const servers = await ask(RunningWebServersDocument, given.RunningWebServers);
const clusters: (string | undefined)[] = servers.virtualMachines.nodes.map(
  (machine) => machine.host?.cluster?.name,
);
const dashboard = await ask(NumbersOfADashboardDocument, {});
const processors: number = dashboard.virtualMachines.aggregates.reduce(
  (sum, each) => sum + (each.sum.numCpus ?? 0),
  0,
);
const answers = {
  RunningWebServers: servers,
  MachineInDetail: await ask(MachineInDetailDocument, given.MachineInDetail),
  TreeOfAnEstate: await ask(TreeOfAnEstateDocument, {}),
  NumbersOfADashboard: dashboard,
  SavedSelection: await ask(SavedSelectionDocument, given.SavedSelection),
};
console.log(JSON.stringify({ answers, clusters, processors }));
