using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>The distinct sets of security groups that routes carry, counted, so that a route holds a number. 0 = the empty set.</summary>
internal sealed class GroupSets
{
    private readonly Dictionary<ValueList<SecurityGroupId>, int> _indices = [];
    private readonly Dictionary<int, (ValueList<SecurityGroupId> Groups, int Users)> _sets = [];
    private readonly IndexPool _pool = new(int.MaxValue);

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
    }
}
