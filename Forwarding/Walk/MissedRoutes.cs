namespace VRouter.Forwarding;

/// <summary>The packets of one batch whose routes are looked up together, IPv4 and IPv6 apart.</summary>
internal sealed class MissedRoutes(int batchSize)
{
    private readonly Family<Ipv4Key> _ipv4 = new(batchSize);
    private readonly Family<Ipv6Key> _ipv6 = new(batchSize);

    public bool Any => Count > 0;

    public int Count => _ipv4.Count + _ipv6.Count;

    public void Clear() => _ipv4.Count = _ipv6.Count = 0;

    public void Add(int index, Fib fib, Ipv4Key address) => _ipv4.Add(index, fib.Ipv4, address);

    public void Add(int index, Fib fib, Ipv6Key address) => _ipv6.Add(index, fib.Ipv6, address);

    public void LookUp(RouteStore routes)
    {
        routes.Lookup(_ipv4.Roots, _ipv4.Addresses, _ipv4.Routes);
        routes.Lookup(_ipv6.Roots, _ipv6.Addresses, _ipv6.Routes);
    }

    /// <summary>The packet that was noted as the n-th, by its place in the batch.</summary>
    public int Index(int n) => n < _ipv4.Count ? _ipv4.Index(n) : _ipv6.Index(n - _ipv4.Count);

    /// <summary>The route that was found for it.</summary>
    public RouteId Route(int n) => n < _ipv4.Count ? _ipv4.Routes[n] : _ipv6.Routes[n - _ipv4.Count];

    private sealed class Family<TKey>(int size)
    {
        private readonly int[] _indices = new int[size];
        private readonly TrieRoot[] _roots = new TrieRoot[size];
        private readonly TKey[] _addresses = new TKey[size];
        private readonly RouteId[] _routes = new RouteId[size];

        public int Count { get; set; }

        public ReadOnlySpan<TrieRoot> Roots => _roots.AsSpan(0, Count);

        public ReadOnlySpan<TKey> Addresses => _addresses.AsSpan(0, Count);

        public Span<RouteId> Routes => _routes.AsSpan(0, Count);

        public int Index(int n) => _indices[n];

        public void Add(int index, TrieRoot root, TKey address)
        {
            _indices[Count] = index;
            _roots[Count] = root;
            _addresses[Count++] = address;
        }
    }
}
