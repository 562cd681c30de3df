using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>The distinct sets of security groups that routes and vifs carry, counted, so that a route holds a number. 0 = the empty set.</summary>
/// <remarks>
/// A number may stand for another set as soon as nothing carries it: a packet reads it in a route that it found in a state, and looks it up
/// in the vector of that same state.
/// </remarks>
internal sealed class GroupSets
{
    /// <summary>Groups in a set: so many of a peer's are looked at for a new flow, and never fewer than it has.</summary>
    public const int MostGroups = 256;

    private readonly Dictionary<ValueList<SecurityGroupId>, int> _indices = [];
    private readonly Dictionary<int, (ValueList<SecurityGroupId> Groups, int Users)> _sets = [];
    private readonly IndexPool _pool = new(int.MaxValue);

    /// <summary>The sets for packets: in the order of the groups' numbers, each once; null = no groups.</summary>
    public PersistentVector<SecurityGroupId[]?>.Builder Published { get; } = PersistentVector<SecurityGroupId[]?>.Empty.Edit();

    /// <summary>A set as it was given.</summary>
    public ValueList<SecurityGroupId> this[int index] => index == 0 ? default : _sets[index].Groups;

    public int Acquire(ValueList<SecurityGroupId> groups)
    {
        if (groups.Count == 0)
        {
            return 0;
        }

        if (!_indices.TryGetValue(groups, out int index))
        {
            index = _pool.Take();
            _indices.Add(groups, index);
            _sets.Add(index, (groups, 0));
            Published[index] = [.. groups.Distinct().OrderBy(group => group.Value)];
        }

        _sets[index] = (groups, _sets[index].Users + 1);
        return index;
    }

    public void Release(int index)
    {
        if (index == 0)
        {
            return;
        }

        (ValueList<SecurityGroupId> groups, int users) = _sets[index];

        if (users > 1)
        {
            _sets[index] = (groups, users - 1);
            return;
        }

        _sets.Remove(index);
        _indices.Remove(groups);
        _pool.Return(index);
        Published[index] = null;
    }
}
