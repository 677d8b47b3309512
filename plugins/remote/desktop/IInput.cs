using Breeze.Remote.Desktop.Keys;

namespace Breeze.Remote.Desktop;

/// <summary>Keyboard and pointer of a desktop. Called by one thread; what a desktop does not know is ignored.</summary>
interface IInput
{
    /// <summary>Puts the pointer somewhere, in pixels of the desktop.</summary>
    void Move(int x, int y);

    /// <summary>Presses or lets go of a button; 0 left, 1 middle, 2 right, 3 back, 4 forward, as in a browser.</summary>
    void Button(int button, bool down);

    /// <summary>Turns the wheel; positive is right and down.</summary>
    void Wheel(int horizontal, int vertical);

    /// <summary>Presses or lets go of a key by where it is on the keyboard; what it writes is the device's affair.</summary>
    void Key(PhysicalKey key, bool down);

    /// <summary>Writes a text, whatever the keyboard's layout.</summary>
    void Write(string text);

    /// <summary>Lets go of everything that is held down.</summary>
    void ReleaseAll();
}
