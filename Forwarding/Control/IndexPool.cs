namespace VRouter.Forwarding;

/// <summary>Hands out small numbers from 1 on, the returned ones first.</summary>
internal sealed class IndexPool(int limit)
{
    private readonly Stack<int> _free = [];
    private int _next = 1;

    public int Available => limit - _next + 1 + _free.Count;

    public int Take() => _free.TryPop(out int index) ? index : _next++;

    public void Return(int index) => _free.Push(index);
}
