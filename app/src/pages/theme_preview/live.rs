//! Shows a look while it is typed. A style sheet says in its name what it holds, so the script only has to name another
//! one; whether colours can be read is still the server's to say, which has no style sheet of a name it refuses.

/// What runs on the page: it makes no markup of what is typed, asks nobody but for style sheets, and leaves the last look
/// that could be shown until there is another.
pub(super) const SCRIPT: &str = "\
const form=document.querySelector('form[data-refused]'),{accent,accentDark,radius,refused}=form.dataset,\
told=form.querySelector('[role=status]');\
let shown=document.querySelector('link[href*=theme-]'),next=null,pause;\
const typed=name=>form.elements[name].value.trim().toLowerCase();\
const colour=name=>{const text=typed(name);return text?/^#[0-9a-f]{6}$/.test(text)?text.slice(1):null:'x'};\
const corners=()=>{const text=typed('radius');return text?/^[0-9]{1,3}$/.test(text)?String(Number(text)):null:radius};\
const say=words=>{told.textContent=words;told.className=words?'notice notice--warn':''};\
const settle=link=>{shown?.remove();shown=link;next=null;say('')};\
const show=()=>{next?.remove();next=null;document.getElementById('errors')?.remove();\
for(const field of form.elements)field.removeAttribute('aria-invalid');\
let said=[colour('accent'),colour('accent_dark'),corners()];\
if(said.includes(null))return say(refused);\
if(said[0]+said[1]==='xx')said=[accent,accentDark,said[2]];\
const name=said.join('-');if(name==='x-x-x')return settle(null);\
const link=document.createElement('link');link.rel='stylesheet';link.href='/assets/theme-'+name+'.css';\
link.onload=()=>{if(link===next)settle(link)};\
link.onerror=()=>{if(link===next){link.remove();next=null;say(refused)}};\
next=link;document.head.append(link)};\
form.addEventListener('input',()=>{clearTimeout(pause);pause=setTimeout(show,150)})";
