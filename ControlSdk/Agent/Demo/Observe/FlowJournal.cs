using Google.Protobuf.WellKnownTypes;
using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>All flows that were ever seen, each as it was seen last: those of ended connections stay a few seconds only.</summary>
internal sealed class FlowJournal
{
    private readonly Dictionary<(Node Node, FlowKey Key, Timestamp Started), NodeFlow> _flows = [];

    public IEnumerable<NodeFlow> Flows => _flows.Values;

    public void Note(ILab lab)
    {
        foreach (LabNode node in lab.Nodes)
        {
            foreach (FlowRecord flow in node.Control.ListFlows())
            {
                _flows[(node.Node, flow.Key, flow.Started)] = new NodeFlow(node.Node, flow);
            }
        }
    }
}
