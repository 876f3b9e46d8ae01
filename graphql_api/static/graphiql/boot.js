// Starts GraphiQL on this page: one fetcher to /graphql, and the active tab mirrored in the URL so
// that a link carries the query. A query that came with a link is shown, never run by itself.
"use strict";

(() => {
  const ENDPOINT = "/graphql";
  const ACCEPT = "application/graphql-response+json, application/json;q=0.9";
  // Longer links are cut off by servers and chat programs; such a query simply stays out of the URL.
  const LONGEST_LINK = 8000;
  const LINKED = ["query", "variables", "operationName"];

  const DEFAULT_QUERY = `# vMiner: every vCenter in one graph.
#
#   Ctrl-Enter   run the query
#   Ctrl-Space   what can stand here
#   book icon    types and fields
#
# Ten machines, their hosts and clusters:
query FirstVirtualMachines($first: Int! = 10) {
  virtualMachines(first: $first) {
    edges {
      node {
        id
        name
        powerState
        host {
          name
          cluster {
            name
          }
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;

  const linked = Object.fromEntries(
    LINKED.map((name) => [name, new URLSearchParams(window.location.search).get(name) || undefined]),
  );

  async function fetcher(request, options) {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: ACCEPT, ...options?.headers },
      body: JSON.stringify(request),
    });
    const body = await response.text();
    try {
      return JSON.parse(body);
    } catch {
      throw new Error(`${ENDPOINT} answered ${response.status}: ${body.slice(0, 500) || "nothing"}`);
    }
  }

  // GraphiQL reports each edit of the active tab and each change of tab through onTabChange.
  function keepLinkInStep({ tabs, activeTabIndex }) {
    const tab = tabs[activeTabIndex];
    const parameters = new URLSearchParams(window.location.search);
    for (const name of LINKED) {
      const value = tab?.[name]?.trim();
      if (value && value !== DEFAULT_QUERY.trim()) parameters.set(name, tab[name]);
      else parameters.delete(name);
    }
    if (!parameters.has("query")) parameters.delete("operationName");
    let search = parameters.toString();
    if (search.length > LONGEST_LINK) search = "";
    window.history.replaceState(null, "", window.location.pathname + (search && `?${search}`));
  }

  // GraphiQL's own operationName property would pin the operation and hide its chooser. So the one
  // the link names is only selected, once, when the editor is there.
  function Logo() {
    const { queryEditor, setOperationName } = GraphiQL.React.useEditorContext({ nonNull: true });
    React.useEffect(() => {
      if (queryEditor && linked.operationName) {
        setOperationName(linked.operationName);
        linked.operationName = undefined;
      }
    }, [queryEditor, setOperationName]);
    return React.createElement("a", { className: "vminer-logo", href: "/graphiql" }, "vMiner");
  }

  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(
      GraphiQL,
      {
        fetcher,
        query: linked.query,
        variables: linked.variables,
        defaultQuery: DEFAULT_QUERY,
        defaultEditorToolsVisibility: true,
        inputValueDeprecation: true,
        schemaDescription: true,
        onTabChange: keepLinkInStep,
      },
      React.createElement(GraphiQL.Logo, null, React.createElement(Logo)),
    ),
  );
})();
