namespace Breeze.Fleet;

/// <summary>A device's dice for code that takes a <see cref="Random"/>.</summary>
sealed class DiceRandom(DeviceModel model) : Random
{
    public override double NextDouble() => model.Random();

    protected override double Sample() => model.Random();
}
