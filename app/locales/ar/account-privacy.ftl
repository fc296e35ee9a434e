privacy-title = الخصوصية
privacy-export-title = خذ بياناتك معك
privacy-export-text = ملف واحد فيه كل ما هو محفوظ عنك: ملفك الشخصي وطريقة تسجيل دخولك والجلسات والتطبيقات المرتبطة والنشاط. لا يحتوي على كلمات مرور أو مفاتيح.
privacy-export-button = تنزيل بياناتي
privacy-export-prove = أكّد أنك أنت ثم نزّل
privacy-policy = سياسة الخصوصية
privacy-leave-title = حذف حسابك
privacy-leave-text = يتم تسجيل خروجك من كل مكان فورًا وتفقد التطبيقات الوصول. يمكنك استعادة الحساب خلال { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومين
    [few] { $days } أيام
    [many] { $days } يومًا
   *[other] { $days } يوم
  }. بعد ذلك يُمحى كل شيء نهائيًا.
privacy-leave-next = حذف حسابي
privacy-leave-sure = هل تريد حذف حسابك؟
privacy-leave-list-out = يتم تسجيل خروجك على جميع الأجهزة.
privacy-leave-list-apps = لا يعود بإمكان التطبيقات المرتبطة استخدام حسابك. وما تحتفظ به هي يبقى لديها.
privacy-leave-list-back = خلال { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومين
    [few] { $days } أيام
    [many] { $days } يومًا
   *[other] { $days } يوم
  } يستعيده البريد الذي نرسله إليك أو تسجيل دخولك التالي.
privacy-leave-list-gone = بعد ذلك لا يُحفظ أي شيء عنك. تبقى سجلات ما حدث بدون اسمك.
privacy-leave-button = حذف الحساب
privacy-leave-cancel = الإبقاء على الحساب
error-last-administrator = لا أحد غيرك يدير هذه الخدمة. اجعل شخصًا آخر مسؤولًا عنها أولًا.
restore-account-page = استعادة حسابك
restore-account-title = هل تريد استعادة حسابك؟
restore-account-text = سيُمحى هذا الحساب في { $day }. استعِده فيعود لك كما كان. وستطلب التطبيقات موافقتك مجددًا قبل أن تستخدمه.
restore-account-submit = استعادة الحساب
restore-account-left-page = حُذف الحساب
restore-account-left-title = حُذف حسابك
restore-account-left-text = تم تسجيل خروجك من كل مكان. هل غيّرت رأيك؟ استخدم الرابط الوارد في الرسالة التي أرسلناها إليك، أو سجّل الدخول، خلال { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومين
    [few] { $days } أيام
    [many] { $days } يومًا
   *[other] { $days } يوم
  }.
restore-account-left-on = تسجيل الدخول
sign-in-done-back = استُعيد حسابك. سجّل الدخول للمتابعة.
