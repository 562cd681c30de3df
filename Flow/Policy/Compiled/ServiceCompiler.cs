namespace VRouter.Flow;

/// <summary>Compiles rule entries, sorted by place and rank, into the remotes and services of a <see cref="RuleTable"/>.</summary>
internal sealed class ServiceCompiler
{
    private readonly List<RuleEntry> _entries;
    private readonly List<int> _outer;
    private readonly RangeTable<ushort>.Builder _ports = new();
    private readonly RangePainter _painter = new();
    private readonly SourceTreeBuilder _treeBuilder;
    private readonly List<RuleEntry> _sourced = [];
    private readonly List<SourceTree> _trees = [];
    private readonly List<ushort> _keys = [];
    private readonly List<Service> _services = [];
    private readonly Remote[] _remotes;

    public ServiceCompiler(List<RuleEntry> entries, List<int> outer)
    {
        _entries = entries;
        _outer = outer;
        _remotes = new Remote[outer.Count];
        _treeBuilder = new SourceTreeBuilder(_painter, _ports);
    }

    public RuleTable Build(PrefixMap prefixes, Dictionary<SecurityGroupId, int> groups)
    {
        for (int remote = 0, next = 0; remote < _remotes.Length; remote++)
        {
            next = AddRemote(remote, next);
        }

        for (int remote = 0; remote < _remotes.Length; remote++)
        {
            _remotes[remote] = _remotes[remote] with { Best = BestFrom(remote) };
        }

        return new RuleTable(prefixes, groups, _remotes, [.. _keys], [.. _services], _ports.Build(), [.. _trees]);
    }

    // Outer remotes may not have been done yet; prefixes nest 128 deep at most.
    private int BestFrom(int remote)
    {
        int best = RuleTable.NoRule;

        for (; remote != Remote.None; remote = _outer[remote])
        {
            best = Math.Min(best, _remotes[remote].Best);
        }

        return best;
    }

    private int AddRemote(int remote, int next)
    {
        int firstService = _services.Count;
        int best = RuleTable.NoRule;

        while (next < _entries.Count && _entries[next].Remote == remote)
        {
            best = Math.Min(best, _entries[next].Rank);
            next = AddService(next);
        }

        _remotes[remote] = new Remote(_outer[remote], best, firstService, _services.Count - firstService);
        return next;
    }

    private int AddService(int first)
    {
        RuleEntry entry = _entries[first];
        int next = first;

        for (; next < _entries.Count && _entries[next].Place == entry.Place; next++)
        {
            if (_entries[next].Sources.Count > 0)
            {
                _sourced.Add(_entries[next]);
            }
            else
            {
                _painter.Add(_entries[next].Destinations, _entries[next].Rank);
            }
        }

        _keys.Add(entry.Service);
        _services.Add(new Service(_painter.Finish(_ports), AddTree()));
        return next;
    }

    private int AddTree()
    {
        if (_sourced.Count == 0)
        {
            return -1;
        }

        _trees.Add(_treeBuilder.Build(_sourced));
        _sourced.Clear();
        return _trees.Count - 1;
    }
}
